import type { EventRecorder } from '../../cluster/index.ts';
import type { AdmissionInput } from '../../model/index.ts';
import type { Denial } from '../../webhook/index.ts';

/** How many policies of one denial get an Event of their own. */
const mostEvents = 5;

/** Tells of denials in Events, one for each policy that denied: whoever looks at a namespace finds out why. */
export function denialEvents(recorder: EventRecorder): (denial: Denial) => void {
  return ({ input, findings, errors }) => {
    // An Event about an Event that is denied would be denied, too.
    if (input.kind.kind === 'Event') return;
    const user = input.userInfo?.username ?? '';
    const byPolicy = new Map<string, string[]>();
    for (const { policy, rule, message } of findings) {
      add(byPolicy, policy, isSecret(input) ? rule : `${rule}: ${message}`);
    }
    for (const { policy } of errors) add(byPolicy, policy, 'it could not be evaluated and fails closed');
    const regarding = regardingOf(input);
    for (const [policy, lines] of [...byPolicy].slice(0, mostEvents)) {
      recorder.note({
        type: 'Warning',
        reason: 'Denied',
        action: actions[input.operation],
        regarding,
        note: `${user === '' ? 'somebody' : user} was denied ${input.operation} by policy ${policy}: ${lines.join('; ')}`,
        key: JSON.stringify([policy, regarding, input.subresource, input.operation, user]),
      });
    }
  };
}

const actions = { CREATE: 'Create', UPDATE: 'Update', DELETE: 'Delete', CONNECT: 'Connect' } as const;

/** What a message says of a Secret may be what is secret about it. */
function isSecret({ resource }: AdmissionInput): boolean {
  return resource.group === '' && resource.resource === 'secrets';
}

function add(lines: Map<string, string[]>, policy: string, line: string): void {
  const known = lines.get(policy);
  if (known === undefined) lines.set(policy, [line]);
  else if (!known.includes(line)) known.push(line);
}

function regardingOf({ kind, name, namespace, namespaced, oldObject }: AdmissionInput) {
  const { group, version } = kind;
  // What is created has another one each time that it is tried, and will never be there.
  const uid = uidOf(oldObject);
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind: kind.kind,
    namespace: namespaced ? namespace : '',
    name,
    ...(uid !== undefined && { uid }),
  };
}

function uidOf(object: AdmissionInput['object']): string | undefined {
  const metadata = object?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null || !Object.hasOwn(metadata, 'uid')) return undefined;
  const { uid } = metadata as { readonly uid: unknown };
  return typeof uid === 'string' ? uid : undefined;
}
