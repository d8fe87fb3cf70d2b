import { DYN, type Value } from '../../cel/index.ts';
import type { FactDocument, FactRequest } from '../../model/index.ts';
import { own } from '../change.ts';
import { CelError, compileExpression, type Expression, errorText } from '../expressions/index.ts';
import type { Scope } from '../scope.ts';
import type { CompiledSource, FactDefinition } from './definition.ts';

const expression = { type: 'string', minLength: 1 } as const;

/** `group/version/Kind` or `version/Kind`. */
const kindForm = /^(?:[a-z0-9][a-z0-9.-]*\/)?v[0-9][a-z0-9]*\/[A-Z][A-Za-z0-9]*$/;

const nowhere: CompiledSource = { requests: () => [], read: () => ({ value: () => null }) };

/** An object of the cluster, by its kind and name; null where there is none. */
export const lookup: FactDefinition = {
  name: 'lookup',
  type: DYN,
  schema: {
    description: 'An object of the cluster.',
    type: 'object',
    properties: {
      kind: {
        description: 'As `coordination.k8s.io/v1/Lease` or `v1/ConfigMap`.',
        type: 'string',
        minLength: 1,
      },
      namespaceExpression: {
        description:
          "CEL: the namespace; the object's own unless given. For kinds in no namespace it is not asked.",
        ...expression,
      },
      nameExpression: {
        description: 'CEL: the name; where it is empty, nothing is looked up.',
        ...expression,
      },
    },
    required: ['kind', 'nameExpression'],
    additionalProperties: false,
  },
  compile(fact, problems, { kinds, surroundings, variables }) {
    const kind = String(own(fact.source.value, 'kind'));
    if (!kindForm.test(kind)) {
      problems.push({
        code: 'AB1201',
        path: ['kind'],
        message: `\`${kind}\` is no kind with its version`,
        help: 'write it as `coordination.k8s.io/v1/Lease` or `v1/ConfigMap`',
      });
      return nowhere;
    }
    const compiled = (field: 'nameExpression' | 'namespaceExpression'): Expression | undefined => {
      const source = own(fact.source.value, field);
      if (typeof source !== 'string') return undefined;
      return compileExpression(source, surroundings, { variables, path: [field], role: 'fact' }, problems);
    };
    const name = compiled('nameExpression');
    const namespace = compiled('namespaceExpression');
    if (name === undefined) return nowhere;
    const slash = kind.lastIndexOf('/');
    const place = { apiVersion: kind.slice(0, slash), kind: kind.slice(slash + 1) };
    const { within } = fact;
    const group = place.apiVersion.includes('/')
      ? place.apiVersion.slice(0, place.apiVersion.indexOf('/'))
      : '';
    const isInNone = kinds.ofKind(group, place.kind)?.namespaced === false;
    const namespaceOf = (scope: Scope) => {
      if (isInNone) return '';
      return namespace === undefined ? scope.change.input.namespace : textOf(namespace, scope);
    };
    return {
      requests(scope): readonly FactRequest[] | string {
        const named = textOf(name, scope);
        if (typeof named !== 'string') return named.message;
        if (named === '') return [];
        const inside = namespaceOf(scope);
        if (typeof inside !== 'string') return inside.message;
        const key = `${kind} ${inside === '' ? named : `${inside}/${named}`}`;
        return [{ source: 'lookup', key, context: { ...place, namespace: inside, name: named }, within }];
      },
      read(requests, answers, lack) {
        const [request] = requests;
        if (request === undefined) return { value: () => null };
        const answer = answers.get(request.key);
        if (answer?.status === 'known') return { value: () => answer.value as Value };
        return { value: () => lack(request, answer ?? { status: 'unknown' }) };
      },
    };
  },
};

/** The kind that a fact looks up; none where it is a fact about something else, or at fault. */
export function lookedUpKind({ source }: FactDocument): readonly string[] {
  const kind = source.name === lookup.name ? own(source.value, 'kind') : undefined;
  return typeof kind === 'string' && kindForm.test(kind) ? [kind] : [];
}

function textOf(expression: Expression, scope: Scope): string | { readonly message: string } {
  const value = expression.evaluate(scope);
  if (typeof value === 'string') return value;
  const why = value instanceof CelError ? errorText(value, expression.source) : 'it is no text';
  return { message: why };
}
