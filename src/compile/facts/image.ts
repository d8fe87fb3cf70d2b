import { type CelError, DYN, LazyFields, type Value } from '../../cel/index.ts';
import type { FactAnswer, FactRequest } from '../../model/index.ts';
import { isObject, own } from '../change.ts';
import { compileItems } from '../items.ts';
import type { Scope } from '../scope.ts';
import type { FactDefinition, Lack } from './definition.ts';

/** Pods have a few images; whoever sends more means no good. */
const mostImages = 100;

/** References are at most 255 letters of name, 128 of tag and 135 of digest (distribution/reference). */
const longestReference = 600;

/** What is in the images of a pod, by their references. */
export const image: FactDefinition = {
  name: 'image',
  type: DYN,
  schema: {
    description: 'What is in the images of the pod.',
    type: 'object',
    properties: {
      platform: {
        description: 'Which image of an index is meant, as `linux/arm64`; the cluster says unless given.',
        type: 'string',
        minLength: 1,
      },
    },
    additionalProperties: false,
  },
  compile({ source, within }, problems, { target }) {
    if (target !== 'pod') {
      problems.push({
        code: 'AB1313',
        path: [],
        message: 'images are those of a pod, and the target of this policy is the object',
        help: 'set `spec.target` to pod',
      });
    }
    const items = compileItems(['images'], 'pod', []);
    const platform = own(source.value, 'platform');
    return {
      requests(scope): readonly FactRequest[] | string {
        const references = new Set<string>();
        let tooLong = false;
        items(scope.target, (item) => {
          if (typeof item === 'string' && item !== '') {
            if (item.length > longestReference) tooLong = true;
            else references.add(item);
          }
          return references.size <= mostImages;
        });
        if (references.size > mostImages) return `the pod has more than ${mostImages} images`;
        if (tooLong) return 'the reference of an image is too long to be one';
        const context = contextOf(scope, typeof platform === 'string' ? platform : undefined);
        return [...references].map((reference) => ({
          source: 'image',
          key: context.platform === undefined ? reference : `${reference} ${context.platform}`,
          context: { ...context, reference },
          within,
        }));
      },
      read(requests, answers, lack) {
        const known = new Map(
          requests.map((request) => [
            request.context['reference'] ?? '',
            { request, answer: answers.get(request.key) },
          ]),
        );
        const images = new Images(known, lack);
        return { value: () => images, ofImage: (reference) => images.field(reference) ?? null };
      },
    };
  },
};

/** With what an image is pulled: the pod's own secrets, or those of its service account. */
function contextOf(
  { target, change }: Scope,
  platform: string | undefined,
): Readonly<Record<string, string>> & { readonly platform?: string } {
  const spec = own(target, 'spec');
  const secrets = own(spec, 'imagePullSecrets');
  const names = Array.isArray(secrets)
    ? secrets
        .slice(0, mostImages)
        .flatMap((secret) => (isObject(secret) ? [String(own(secret, 'name') ?? '')] : []))
    : [];
  return {
    namespace: change.input.namespace,
    serviceAccount: String(own(spec, 'serviceAccountName') ?? 'default'),
    pullSecrets: names.filter((name) => name !== '').join(','),
    ...(platform !== undefined && { platform }),
  };
}

/** The images by reference; what one is, or the error of reading what is not known of it. */
class Images extends LazyFields {
  readonly #known: ReadonlyMap<
    string,
    { readonly request: FactRequest; readonly answer: FactAnswer | undefined }
  >;
  readonly #lack: Lack;

  constructor(
    known: ReadonlyMap<string, { readonly request: FactRequest; readonly answer: FactAnswer | undefined }>,
    lack: Lack,
  ) {
    super();
    this.#known = known;
    this.#lack = lack;
  }

  override field(reference: string): Value | CelError | undefined {
    const found = this.#known.get(reference);
    if (found === undefined) return undefined;
    const { request, answer } = found;
    if (answer?.status === 'known') return answer.value as Value;
    return this.#lack(request, answer ?? { status: 'unknown' });
  }
}
