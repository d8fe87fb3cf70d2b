import type { JsonObject } from '../../model/index.ts';
import { isObject, mappingAt, own, withEntry } from '../object.ts';
import type { RuleTable } from '../rules.ts';

/** What is aimed at where no metric is given, in percent. */
const cpuUtilization = 80;
const period = 15;

/** Where autoscaling/v1 keeps the metrics that it has no fields for. */
const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';

const scaleUp = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: period },
    { type: 'Percent', value: 100, periodSeconds: period },
  ],
};
const scaleDown = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: period }],
};

/** Source: kubernetes pkg/apis/autoscaling and pkg/registry/autoscaling. */
export const autoscaling: RuleTable = {
  'autoscaling.v1.HorizontalPodAutoscaler': {
    createdStatus: {},
    before: withTarget,
  },
  'autoscaling.v1.HorizontalPodAutoscalerSpec': { fields: { minReplicas: 1 } },
  'autoscaling.v2.HorizontalPodAutoscaler': { createdStatus: {} },
  'autoscaling.v2.HorizontalPodAutoscalerBehavior': {
    within: { scaleUp, scaleDown },
  },
  'autoscaling.v2.HorizontalPodAutoscalerSpec': {
    fields: {
      minReplicas: 1,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuUtilization } },
        },
      ],
    },
  },
};

function withTarget(autoscaler: JsonObject): JsonObject {
  const spec = own(autoscaler, 'spec') ?? {};
  const annotations = mappingAt(mappingAt(autoscaler, 'metadata'), 'annotations');
  if (!isObject(spec) || own(annotations, metricsAnnotation) !== undefined) return autoscaler;
  if (own(spec, 'targetCPUUtilizationPercentage') !== undefined) return autoscaler;
  return withEntry(autoscaler, 'spec', withEntry(spec, 'targetCPUUtilizationPercentage', cpuUtilization));
}
