import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type ImageSource,
  openArchive,
  openLayout,
  parseReference,
  type Reference,
  Registry,
  type RegistryConfig,
} from '../../facts/index.ts';
import type { ImageConfig } from './config.ts';

export interface ImageOpener {
  /**
   * Where an image is read from: a folder, a file, or else a registry.
   * @param name which of several in a folder or file
   * @throws ImageError where it is no name, or may not be read
   */
  open(image: string, name?: string): ImageSource;
  close(): void;
}

/**
 * Opens what a user names. Without a configuration every registry that is named may be asked, wherever it is, with the
 * credentials of docker's configuration, for it is the user who asks.
 */
export function imageOpener(
  config: ImageConfig | undefined,
  onProblem: (problem: string) => void,
): ImageOpener {
  const registries: Registry[] = [];
  const configured = config === undefined ? undefined : new Registry(config.registry, { onProblem });
  if (configured !== undefined) registries.push(configured);
  return {
    open(image, name) {
      const kind = kindOf(image);
      if (kind === 'folder') return openLayout(image, { ...(name !== undefined && { name }) });
      if (kind === 'file') return openArchive(image, { ...(name !== undefined && { name }) });
      if (configured !== undefined) return configured.image(image);
      const reference = parseReference(image);
      const registry = new Registry(
        typeof reference === 'string' ? { allowedHosts: [] } : configFor(reference),
        { onProblem },
      );
      registries.push(registry);
      return registry.image(image);
    },
    close() {
      for (const registry of registries) registry.close();
    },
  };
}

/** What is a path beyond doubt is one, whether or not there is something. */
function kindOf(image: string): 'folder' | 'file' | undefined {
  const found = statSync(image, { throwIfNoEntry: false });
  const isPath = /^(?:\.{1,2}\/|\/|~\/)/.test(image) || /\.tar$/.test(image);
  if (found?.isDirectory() === true) {
    return isPath || existsSync(join(image, 'oci-layout')) ? 'folder' : undefined;
  }
  return found?.isFile() === true || isPath ? 'file' : undefined;
}

/** As docker does it, a registry on this machine may be without TLS. */
function configFor({ host }: Reference): RegistryConfig {
  const plainHttp = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
  return {
    allowedHosts: [host],
    hosts: { [host]: { addresses: 'local', plainHttp } },
    // Nobody has said where it keeps its content.
    redirects: 'public',
    credentials: { dockerConfigs: dockerConfigs() },
  };
}

/** Where the docker command has its configuration; none where there is no such file. */
export function dockerConfigs(): readonly string[] {
  const path = join(process.env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  return existsSync(path) ? [path] : [];
}
