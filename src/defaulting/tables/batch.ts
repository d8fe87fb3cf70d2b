import type { JsonObject } from '../../model/index.ts';
import { isObject, mappingAt, own, withEntry } from '../object.ts';
import type { RuleTable } from '../rules.ts';

const maxInt32 = 2_147_483_647;

/** Source: kubernetes pkg/apis/batch/v1 and pkg/registry/batch. */
export const batch: RuleTable = {
  'batch.v1.CronJob': { createdStatus: {} },
  'batch.v1.CronJobSpec': {
    fields: {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
  },
  // The Jobs of a CronJob's template have their defaults when they are made.
  'batch.v1.Job': {
    createdStatus: {},
    before: withLabelsOfTemplate,
    within: {
      spec: {
        completions: (spec) => (own(spec, 'parallelism') === undefined ? 1 : undefined),
        parallelism: 1,
        backoffLimit: (spec) => (own(spec, 'backoffLimitPerIndex') === undefined ? 6 : maxInt32),
        completionMode: 'NonIndexed',
        suspend: false,
        podReplacementPolicy: (spec) =>
          own(spec, 'podFailurePolicy') === undefined ? 'TerminatingOrFailed' : 'Failed',
        manualSelector: false,
      },
    },
  },
  'batch.v1.PodFailurePolicyOnPodConditionsPattern': { fields: { status: 'True' } },
};

/** A Job without labels has those of its template. */
export function withLabelsOfTemplate(object: JsonObject): JsonObject {
  const metadata = mappingAt(object, 'metadata');
  const template = mappingAt(mappingAt(object, 'spec'), 'template');
  const labels = own(mappingAt(template, 'metadata'), 'labels');
  if (!isObject(labels) || Object.keys(mappingAt(metadata, 'labels')).length > 0) return object;
  return withEntry(object, 'metadata', withEntry(metadata, 'labels', labels));
}
