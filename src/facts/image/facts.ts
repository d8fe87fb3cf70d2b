import type { Distro, FoundPackage } from './readers/index.ts';

/** What is known of one image, for one platform. Plain data; paths are absolute and as they are within the image. */
export interface ImageFacts {
  /** Of the manifest of this platform's image. */
  readonly digest: string;
  /** Of the index through which it was found; null where the name stood for one image. */
  readonly indexDigest: string | null;
  readonly platform: string;
  /** All that the index offers, or the one. */
  readonly platforms: readonly string[];
  /** RFC 3339; null where the image does not tell. */
  readonly created: string | null;
  /** Bytes that a pull transfers: configuration and layers as they are stored. */
  readonly size: number;
  readonly layers: readonly LayerSummary[];
  /** Whether every layer was inspected: without, what is listed is there, and there may be more. */
  readonly complete: boolean;

  /** As the image sets it; empty is root. */
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Names only: values may be secret. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** As `8080/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The labels org.opencontainers.image.source, .revision, .base.name and .base.digest; empty where they are not set. */
  readonly source: string;
  readonly revision: string;
  readonly base: { readonly name: string; readonly digest: string };

  readonly distro: Distro | null;
  /** Every path by which a shell can be started. */
  readonly shells: readonly Shell[];
  readonly interpreters: readonly Tool[];
  readonly packageManagers: readonly Tool[];
  readonly networkTools: readonly Tool[];
  /** Files that run as their owner or group. */
  readonly setuid: readonly SetuidFile[];
  /** Files that look like secrets, deleted ones too: a later layer hides a file and does not take it away. */
  readonly secrets: readonly SecretFile[];
  readonly packages: readonly ImagePackage[];
}

export interface LayerSummary {
  readonly digest: string;
  readonly mediaType: string;
  /** As stored. */
  readonly size: number;
  /** False for layers that are not stored with the image (foreign, nondistributable). */
  readonly inspected: boolean;
}

/** Something at a path, and the layer that brought it: an index into `layers`. */
interface Placed {
  readonly path: string;
  readonly layer: number;
}

export interface Shell extends Placed {
  /** `bash`, `dash`, `busybox`, `zsh` …; `posix` where it is a shell of another name; else as it is called. */
  readonly shell: string;
  /**
   * How it is known: by marks in the binary, as an applet of busybox or toybox, by its name, or because
   * /etc/shells lists it.
   */
  readonly evidence: 'content' | 'applet' | 'name' | 'listed';
  /** The file that is started, where the path is a link or leads through one; else null. */
  readonly target: string | null;
}

/** A program by its purpose. */
export interface Tool extends Placed {
  /** `python` for /usr/bin/python3.11. */
  readonly name: string;
  readonly evidence: 'name' | 'applet' | 'shebang';
  readonly target: string | null;
}

export interface SetuidFile extends Placed {
  readonly setuid: boolean;
  readonly setgid: boolean;
  readonly uid: number;
  readonly gid: number;
}

export interface SecretFile extends Placed {
  /** `private-key`, `npm-credentials` … */
  readonly kind: string;
  /** A later layer hides it. */
  readonly deleted: boolean;
}

export interface ImagePackage extends FoundPackage, Placed {
  // `path` is where it is written that the package is there: dpkg's database, a package.json, a Go binary, a jar.
}

/** The facts that come from files: one deriver each, in derive/. */
export type FileFacts = Pick<
  ImageFacts,
  | 'distro'
  | 'shells'
  | 'interpreters'
  | 'packageManagers'
  | 'networkTools'
  | 'setuid'
  | 'secrets'
  | 'packages'
>;
