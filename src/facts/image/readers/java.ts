import { inflateRawSync } from 'node:zlib';
import { type FoundPackage, isSound, weighPackages } from './package.ts';
import { type ContentReader, type ContentSink, whole } from './reader.ts';
import { ZipWalker } from './zip.ts';

/** Compressed and inflated bytes of a text in a jar, and of a jar in a jar that is compressed. */
const textLimit = 256 * 1024;
const jarLimit = 4 * 1024 * 1024;
const inflatedLimit = 16 * 1024 * 1024;
/** Inflated bytes of one outer jar all in all: what a jar can make us do. */
const budgetPerJar = 128 * 1024 * 1024;
/** A jar in a war in an ear. */
const deepest = 2;
const mostPackages = 10_000;

const jar = /\.(?:jar|war|ear)$/;
const pom = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;

interface Walk {
  readonly packages: FoundPackage[];
  budget: number;
}

/** Java archives and those within them: by Maven's pom.properties, else the manifest, else the file's name. */
export const java: ContentReader<readonly FoundPackage[]> = {
  open({ name, head }) {
    if (!jar.test(name) || head.length < 30 || head.readUInt32BE(0) !== 0x504b0304) return undefined;
    const walk: Walk = { packages: [], budget: budgetPerJar };
    const sink = archive(name, walk, 0);
    return {
      write: (chunk) => sink.write(chunk),
      end() {
        sink.end();
        return walk.packages;
      },
    };
  },
  weigh: weighPackages,
};

function archive(name: string, walk: Walk, depth: number): ContentSink<undefined> {
  const own: FoundPackage[] = [];
  let manifest: FoundPackage | undefined;
  const zip = new ZipWalker((entry) => {
    if (entry.name === 'META-INF/MANIFEST.MF')
      return text(entry.deflated, walk, (content) => {
        manifest = fromManifest(content);
      });
    if (pom.test(entry.name))
      return text(entry.deflated, walk, (content) => {
        const found = fromPom(content);
        if (found !== undefined) own.push(found);
      });
    if (!jar.test(entry.name) || depth >= deepest) return undefined;
    const inner = archive(entry.name.split('/').at(-1) ?? '', walk, depth + 1);
    if (!entry.deflated) return inner;
    return whole(jarLimit, (content) => {
      const inflated = inflate(content, inflatedLimit, walk);
      if (inflated !== undefined) inner.write(inflated);
      inner.end();
    });
  });
  return {
    write: (chunk) => zip.push(chunk),
    end() {
      const fallback = manifest ?? fromName(name);
      if (own.length === 0 && fallback !== undefined) own.push(fallback);
      for (const found of own) if (walk.packages.length < mostPackages) walk.packages.push(found);
      return undefined;
    },
  };
}

function text(deflated: boolean, walk: Walk, read: (content: string) => void): ContentSink<undefined> {
  return whole(textLimit, (content) => {
    const plain = deflated ? inflate(content, textLimit, walk) : content;
    if (plain !== undefined) read(plain.toString());
    return undefined;
  });
}

function inflate(content: Buffer, limit: number, walk: Walk): Buffer | undefined {
  if (walk.budget <= 0) return undefined;
  try {
    const inflated = inflateRawSync(content, { maxOutputLength: limit });
    walk.budget -= inflated.length + content.length;
    return inflated;
  } catch {
    walk.budget -= limit;
    return undefined;
  }
}

function fromPom(content: string): FoundPackage | undefined {
  const values = properties(content, /^\s*([^#!=:\s]+)\s*[=:](.*)$/);
  const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map((key) => values.get(key));
  if (!isSound(group) || !isSound(artifact) || !isSound(version)) return undefined;
  return { type: 'maven', name: `${group}:${artifact}`, version };
}

function fromManifest(content: string): FoundPackage | undefined {
  // Long lines go on in the next one, after a blank. What follows the first section is about single classes.
  const [main = ''] = content.replace(/\r\n?/g, '\n').replaceAll('\n ', '').split('\n\n', 1);
  const values = properties(main, /^([\w-]+): (.*)$/);
  const name = values.get('Bundle-SymbolicName')?.split(';', 1)[0] ?? values.get('Implementation-Title');
  const version = values.get('Implementation-Version') ?? values.get('Bundle-Version');
  return isSound(name) && isSound(version) ? { type: 'maven', name, version } : undefined;
}

function properties(content: string, form: RegExp): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of content.split('\n')) {
    const [, key, value] = (line.length > 2048 ? null : form.exec(line)) ?? [];
    if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value.trim());
  }
  return values;
}

function fromName(file: string): FoundPackage | undefined {
  const [, name, version] = /^(.{1,200}?)-(\d[\w.+-]{0,100})\.(?:jar|war|ear)$/.exec(file) ?? [];
  return isSound(name) && isSound(version) ? { type: 'maven', name, version } : undefined;
}
