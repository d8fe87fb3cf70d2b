import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile, type Program, vocabulary } from '../../../src/compile/index.ts';
import { evaluate } from '../../../src/engine/index.ts';
import { load } from '../../../src/load/index.ts';
import { readManifests } from '../../../src/manifest/index.ts';
import type { AdmissionInput, Finding, Policy } from '../../../src/model/index.ts';
import { readDocuments } from '../../../src/yaml/index.ts';

const root = resolve(import.meta.dirname, '../../../policies/pod-security');

export type Level = 'baseline' | 'restricted';

/** The policies of a level, by the names that the Kubernetes project gives its checks. */
const controls: Readonly<Record<Level, Readonly<Record<string, string>>>> = {
  baseline: {
    windowshostprocess: 'no-host-process',
    hostnamespaces: 'no-host-namespaces',
    privileged: 'no-privileged-containers',
    capabilities_baseline: 'capabilities-baseline',
    hostpathvolumes: 'no-host-path-volumes',
    hostports: 'no-host-ports',
    hostprobesandhostlifecycle: 'host-probes',
    apparmorprofile: 'apparmor',
    selinuxoptions: 'selinux',
    procmount: 'proc-mount',
    seccompprofile_baseline: 'seccomp-baseline',
    sysctls: 'sysctls',
  },
  restricted: {
    restrictedvolumes: 'volume-types',
    allowprivilegeescalation: 'no-privilege-escalation',
    runasnonroot: 'run-as-non-root',
    runasuser: 'run-as-user',
    seccompprofile_restricted: 'seccomp-restricted',
    capabilities_restricted: 'capabilities-restricted',
    procmount_restricted: 'proc-mount-restricted',
  },
};

/** The policies of a level; the restricted one has all of baseline. */
export function policiesOf(level: Level): readonly string[] {
  const own = Object.values(controls[level]);
  return level === 'baseline' ? own : [...policiesOf('baseline'), ...own];
}

/** The policy for a check of the Kubernetes project, `hostPorts` or as its fixtures write it, `hostports0`. */
export function policyFor(check: string): string | undefined {
  const name = check.toLowerCase().replace(/\d+$/, '');
  return { ...controls.baseline, ...controls.restricted }[name];
}

/** The standard as the stock policies have it: a level, at a version. */
export class Standard {
  readonly #program: Program;

  /** @param version as a policy's parameter takes it: `latest`, `v1.31` */
  constructor(level: Level, version: string) {
    const compiled = compile({ policies: policiesOf(level).map((name) => at(version, read(name))) });
    if (!compiled.ok || compiled.diagnostics.length > 0) {
      throw new Error(JSON.stringify(compiled.diagnostics, null, 2));
    }
    this.#program = compiled.program;
  }

  /** What is found in manifests. Throws where a policy could not be evaluated. */
  judgeText(file: string, text: string): readonly Finding[] {
    const { documents, diagnostics } = readDocuments(file, text);
    const read = readManifests(documents, { kinds: this.#program.kinds });
    const problems = [...diagnostics, ...read.diagnostics];
    if (problems.length > 0 || read.manifests.length === 0) {
      throw new Error(`${file}: ${JSON.stringify(problems, null, 2)}`);
    }
    return read.manifests.flatMap(({ input }) => this.judge(input));
  }

  /** What is found in a change. Throws where a policy could not be evaluated. */
  judge(input: AdmissionInput): readonly Finding[] {
    const { findings, errors } = evaluate(this.#program, input, 0);
    if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
    return findings;
  }
}

function read(name: string): Policy {
  const file = join(root, name, 'policy.yaml');
  const { policies, diagnostics } = load([{ file, text: readFileSync(file, 'utf8') }], vocabulary);
  const [policy] = policies;
  if (policy === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics, null, 2));
  return policy;
}

/** A policy with another default of its parameter `version`, if it has one. */
function at(version: string, policy: Policy): Policy {
  const schema = policy.spec.parameters?.schema as
    | { readonly properties: Readonly<Record<string, object>> }
    | undefined;
  const declared = schema?.properties['version'];
  if (schema === undefined || declared === undefined) return policy;
  const properties = { ...schema.properties, version: { ...declared, default: version } };
  return { ...policy, spec: { ...policy.spec, parameters: { schema: { ...schema, properties } } } };
}
