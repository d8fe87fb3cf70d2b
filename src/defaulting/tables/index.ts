import type { Rules, RuleTable } from '../rules.ts';
import { admissionregistration } from './admissionregistration.ts';
import { apiextensions } from './apiextensions.ts';
import { apiregistration } from './apiregistration.ts';
import { apps } from './apps.ts';
import { autoscaling } from './autoscaling.ts';
import { batch } from './batch.ts';
import { certificates } from './certificates.ts';
import { core } from './core.ts';
import { discovery } from './discovery.ts';
import { flowcontrol } from './flowcontrol.ts';
import { internal } from './internal.ts';
import { networking } from './networking.ts';
import { pod } from './pod.ts';
import { policy } from './policy.ts';
import { rbac } from './rbac.ts';
import { resource } from './resource.ts';
import { scheduling } from './scheduling.ts';
import { storage } from './storage.ts';
import { volumes } from './volumes.ts';

/** The rules of Kubernetes 1.36, one table an API group; the core group's pods and volumes have their own. */
const tables: readonly RuleTable[] = [
  admissionregistration,
  apiextensions,
  apiregistration,
  apps,
  autoscaling,
  batch,
  certificates,
  core,
  discovery,
  flowcontrol,
  internal,
  networking,
  pod,
  policy,
  rbac,
  resource,
  scheduling,
  storage,
  volumes,
];

const rules: ReadonlyMap<string, Rules> = new Map(tables.flatMap((table) => Object.entries(table)));
const noRules: Rules = {};

/** The rules of a definition; empty where OpenAPI and the forms of its fields say everything. */
export function rulesOf(definition: string): Rules {
  return rules.get(definition) ?? noRules;
}

/** The names of the definitions that have rules. */
export function definitionsWithRules(): readonly string[] {
  return [...rules.keys()];
}
