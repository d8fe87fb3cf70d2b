import { compileGlob } from '../../../glob/index.ts';

/**
 * Where well-known registries send readers for their content, registries and hosts as globs: what their operators tell those to
 * open who have a firewall.
 */
const known: readonly (readonly [registry: string, hosts: readonly string[]])[] = [
  [
    'docker.io',
    [
      'production.cloudflare.docker.com',
      'production.cloudfront.docker.com',
      'docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com',
    ],
  ],
  ['ghcr.io', ['pkg-containers.githubusercontent.com']],
  ['quay.io', ['*.quay.io', 'quayio-production-s3.s3.amazonaws.com']],
  ['registry.redhat.io', ['*.quay.io']],
  ['registry.access.redhat.com', ['*.quay.io']],
  ['registry.k8s.io', ['*-docker.pkg.dev', 'prod-registry-k8s-io-*.s3.dualstack.*.amazonaws.com']],
  ['gcr.io', ['storage.googleapis.com']],
  ['*.gcr.io', ['storage.googleapis.com']],
  ['*.pkg.dev', ['storage.googleapis.com']],
  ['registry.gitlab.com', ['storage.googleapis.com', 'cdn.registry.gitlab-static.net']],
  ['mcr.microsoft.com', ['*.data.mcr.microsoft.com']],
  ['*.azurecr.io', ['*.blob.core.windows.net', '*.data.azurecr.io']],
  ['public.ecr.aws', ['*.cloudfront.net']],
  ['*.dkr.ecr.*.amazonaws.com', ['prod-*-starport-layer-bucket.s3.*.amazonaws.com']],
];

const compiled = known.map(([registry, hosts]) => ({ is: compileGlob(registry), hosts }));

/** The hosts that are known to keep a registry's content; globs. */
export function knownContentHosts(registry: string): readonly string[] {
  return compiled.flatMap(({ is, hosts }) => (is(registry) ? hosts : []));
}
