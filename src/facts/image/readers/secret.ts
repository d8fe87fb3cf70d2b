import { type ContentReader, type FileHead, whole } from './reader.ts';

interface Pattern {
  readonly kind: string;
  readonly path: RegExp;
  /** Without this in it the file is harmless: settings without a password. */
  readonly content?: RegExp;
}

/** Files that hold secrets by their purpose. Never more than path and kind is remembered of them. */
const patterns: readonly Pattern[] = [
  { kind: 'ssh-private-key', path: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)$/ },
  { kind: 'ssh-host-key', path: /^etc\/ssh\/ssh_host_\w+_key$/ },
  { kind: 'npm-credentials', path: /(?:^|\/)\.npmrc$/, content: /_auth|_password/ },
  { kind: 'yarn-credentials', path: /(?:^|\/)\.yarnrc\.yml$/, content: /npmAuth(?:Token|Ident)/ },
  { kind: 'pypi-credentials', path: /(?:^|\/)\.pypirc$/, content: /password/ },
  {
    kind: 'registry-credentials',
    path: /(?:^|\/)(?:\.docker\/config\.json|\.dockerconfigjson|\.dockercfg|containers\/auth\.json)$/,
    content: /"(?:auth|identitytoken|password)"\s*:\s*"[^"]/,
  },
  { kind: 'netrc', path: /(?:^|\/)[._]netrc$/, content: /password/ },
  { kind: 'git-credentials', path: /(?:^|\/)\.git-credentials$/ },
  { kind: 'aws-credentials', path: /(?:^|\/)\.aws\/credentials$/ },
  {
    kind: 'gcp-credentials',
    path: /(?:^|\/)(?:application_default_credentials|[^/]*(?:service|svc)[-_]?account[^/]*|credentials)\.json$/,
    content: /"(?:private_key|refresh_token|client_secret)"/,
  },
  {
    kind: 'azure-credentials',
    path: /(?:^|\/)\.azure\/(?:accessTokens\.json|msal_token_cache\.(?:json|bin))$/,
  },
  {
    kind: 'kubeconfig',
    path: /(?:^|\/)(?:\.kube\/config|[^/]*kubeconfig(?:\.ya?ml)?|etc\/kubernetes\/[\w-]+\.conf)$/,
    content: /(?:token|client-key-data|password)"?\s*:\s*\S/,
  },
  { kind: 'service-account-token', path: /(?:^|\/)run\/secrets\/kubernetes\.io\/serviceaccount\/token$/ },
  { kind: 'build-secret', path: /^(?:var\/)?run\/secrets\/[^/]+$/ },
  {
    kind: 'env-file',
    path: /(?:^|\/)\.env(?:\.(?!(?:example|sample|template|dist|defaults?)$)[\w.-]+)?$/,
    content: /=/,
  },
  { kind: 'vault-token', path: /(?:^|\/)\.vault-token$/ },
  { kind: 'terraform-state', path: /(?:^|\/)[^/]*\.tfstate(?:\.backup)?$/ },
  { kind: 'terraform-credentials', path: /(?:^|\/)credentials\.tfrc\.json$/ },
  { kind: 'cargo-credentials', path: /(?:^|\/)\.cargo\/credentials(?:\.toml)?$/ },
  { kind: 'gem-credentials', path: /(?:^|\/)\.gem\/credentials$/ },
  {
    kind: 'maven-settings',
    path: /(?:^|\/)\.m2\/settings(?:-security)?\.xml$/,
    content: /<(?:password|master)>/,
  },
  { kind: 'database-password', path: /(?:^|\/)(?:\.pgpass|\.my\.cnf)$/, content: /password|:/ },
  { kind: 'password-file', path: /(?:^|\/)\.htpasswd$/ },
  { kind: 'keystore', path: /(?:^|\/)[^/]+\.(?:p12|pfx|jks|keystore)$/ },
];

const sizeLimit = 256 * 1024;

/** A private key in PEM, wherever it is: the line and a line of base64 or headers after it. */
const pem = /^-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY-----\r?\n[A-Za-z0-9+/=:, -]+\r?$/m;
const dashes = Buffer.from(' PRIVATE KEY-----');

/** Kinds of secrets that a file looks like, by its name and, where that says too little, its content. */
export const secret: ContentReader<string> = {
  open(file) {
    if (file.size === 0 || file.size > sizeLimit * 64) return undefined;
    const pattern = patterns.find(({ path }) => path.test(file.path));
    if (pattern !== undefined) {
      const { kind, content } = pattern;
      if (content === undefined) return { write: () => {}, end: () => kind };
      return whole(sizeLimit, (bytes) => (content.test(bytes.toString('latin1')) ? kind : undefined));
    }
    return isPrivateKey(file) ? { write: () => {}, end: () => 'private-key' } : undefined;
  },
  weigh: () => 32,
};

function isPrivateKey({ head, program }: FileHead): boolean {
  if (program !== undefined || !head.includes(dashes)) return false;
  return pem.test(head.toString('latin1'));
}
