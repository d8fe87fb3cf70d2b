import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** First bytes of every file: what it is, and the version of this form. The content's sha256 follows, then the content. */
const magic = 'abatis-image-facts 1\n';
const headerBytes = magic.length + 65;
/** A file that is being written and was left behind, when it is as old as this. */
const abandonedAfter = 60 * 60 * 1000;

/**
 * Bytes by key in a folder, which several processes may share and which outlives them. A file is written beside and then renamed,
 * so that nobody sees half of one; what is damaged or of another form is deleted when it is met. Files that were
 * longest not asked for are deleted where there are more bytes than a limit.
 *
 * Every method rejects with the file system's errors.
 */
export class DiskStore {
  readonly #folder: string;
  readonly #limit: number;
  /** Undefined until the folder was looked at once. */
  #bytes: number | undefined;

  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key);
    let file: Buffer;
    try {
      file = await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const content = contentOf(file);
    if (content === undefined) {
      await rm(path, { force: true });
      return undefined;
    }
    // When it was last asked for. That another process deletes it now does no harm.
    const now = new Date();
    await utimes(path, now, now).catch(() => {});
    return content;
  }

  async set(key: string, content: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#path(key);
    const beside = `${path}.${randomUUID()}.new`;
    try {
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile(Buffer.concat([Buffer.from(`${magic}${sum(content)}\n`), content]));
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
    this.#bytes = this.#bytes === undefined ? undefined : this.#bytes + content.length + headerBytes;
    if (this.#bytes === undefined || this.#bytes > this.#limit) await this.#sweep();
  }

  // Other processes write here too, so that what there is has to be counted again.
  async #sweep(): Promise<void> {
    const files: { path: string; size: number; used: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      if (!form.test(name)) continue;
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) continue;
      if (!name.endsWith('.new')) files.push({ path, size: found.size, used: found.mtimeMs });
      else if (Date.now() - found.mtimeMs > abandonedAfter) await rm(path, { force: true });
    }
    files.sort((a, b) => a.used - b.used);
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files) {
      if (bytes <= this.#limit) break;
      await rm(path, { force: true });
      bytes -= size;
    }
    this.#bytes = bytes;
  }

  #path(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.facts`);
  }
}

/** Nothing else in the folder is touched. */
const form = /^[0-9a-f]{64}\.facts(?:\.[0-9a-f-]{36}\.new)?$/;

function contentOf(file: Buffer): Buffer | undefined {
  if (file.length < headerBytes || file.toString('latin1', 0, magic.length) !== magic) return undefined;
  const content = file.subarray(headerBytes);
  return file.toString('latin1', magic.length, headerBytes) === `${sum(content)}\n` ? content : undefined;
}

function sum(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
