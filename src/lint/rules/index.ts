import type { LintRule } from '../lint-rule.ts';
import { absentFields } from './absent-fields.ts';
import { appliesToNothing } from './applies-to-nothing.ts';
import { bindsNothing } from './bindings.ts';
import { cannotFail } from './cannot-fail.ts';
import { cannotPass } from './cannot-pass.ts';
import { neverRequested, unknownSubresources, unservedVersions, withoutEffect } from './criteria.ts';
import { ended, endless, exceptsNothing } from './exceptions.ts';
import { neverRuns } from './never-runs.ts';
import { fieldsOfKinds } from './no-such-field.ts';
import { notPortable } from './portable.ts';
import { secretsInMessages } from './secrets.ts';
import { shadowed } from './shadowed.ts';
import { unknownKinds } from './unknown-kinds.ts';
import { undescribedParameters, unusedFacts, unusedParameters, unusedVariables } from './unused.ts';
import { undescribed, withoutHelp, withoutMessage } from './wording.ts';
import { writtenTwice } from './written-twice.ts';

/** Everything that lint looks for. One file and one line here make a rule. */
export const lintRules: readonly LintRule[] = [
  cannotFail,
  cannotPass,
  neverRuns,
  appliesToNothing,
  withoutEffect,
  neverRequested,
  unknownKinds,
  unservedVersions,
  unknownSubresources,
  fieldsOfKinds,
  writtenTwice,
  absentFields,
  unusedVariables,
  unusedParameters,
  unusedFacts,
  shadowed,
  undescribedParameters,
  withoutHelp,
  withoutMessage,
  undescribed,
  secretsInMessages,
  bindsNothing,
  exceptsNothing,
  endless,
  ended,
  notPortable,
];
