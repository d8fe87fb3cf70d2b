import type { Form } from '../../fields/index.ts';

const text: Form = { is: 'text' };
const texts: Form = { is: 'list', of: text, mayBeEmpty: true };
const boolean: Form = { is: 'boolean' };

/** The document of `--image-config`. Sizes are Kubernetes quantities, times are durations. */
export const imageConfigForm: Form = {
  is: 'fields',
  required: ['allowedHosts'],
  fields: {
    allowedHosts: texts,
    hosts: {
      is: 'mapping',
      of: {
        is: 'fields',
        required: [],
        fields: {
          mirrors: texts,
          plainHttp: boolean,
          caFile: text,
          addresses: { is: 'text', oneOf: ['public', 'private', 'local'] },
          tokenHosts: texts,
          contentHosts: texts,
        },
      },
    },
    redirects: { is: 'text', oneOf: ['public', 'named'] },
    credentials: {
      is: 'fields',
      required: [],
      fields: { dockerConfigs: texts, helpers: boolean, pullSecrets: boolean },
    },
    platform: text,
    cache: {
      is: 'fields',
      required: [],
      fields: { folder: text, diskSize: text, memorySize: text },
    },
    limits: {
      is: 'fields',
      required: [],
      fields: { layerSize: text, expandedLayerSize: text, inspectionTime: text },
    },
    concurrency: { is: 'whole', from: 1, to: 64 },
    tagAge: text,
    warm: boolean,
  },
};

/** A document of that form. */
export interface ImageConfigDocument {
  readonly allowedHosts: readonly string[];
  readonly hosts?: Readonly<Record<string, HostDocument>>;
  readonly redirects?: 'public' | 'named';
  readonly credentials?: {
    readonly dockerConfigs?: readonly string[];
    readonly helpers?: boolean;
    readonly pullSecrets?: boolean;
  };
  readonly platform?: string;
  readonly cache?: { readonly folder?: string; readonly diskSize?: string; readonly memorySize?: string };
  readonly limits?: {
    readonly layerSize?: string;
    readonly expandedLayerSize?: string;
    readonly inspectionTime?: string;
  };
  readonly concurrency?: number;
  readonly tagAge?: string;
  readonly warm?: boolean;
}

interface HostDocument {
  readonly mirrors?: readonly string[];
  readonly plainHttp?: boolean;
  readonly caFile?: string;
  readonly addresses?: 'public' | 'private' | 'local';
  readonly tokenHosts?: readonly string[];
  readonly contentHosts?: readonly string[];
}
