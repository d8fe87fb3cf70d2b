import type { JsonObject } from '../../model/index.ts';
import { own } from '../object.ts';
import type { Rules, RuleTable } from '../rules.ts';

const exactCount: Rules = {
  fields: { allocationMode: 'ExactCount', count: countOf },
};

/** Source: kubernetes pkg/apis/resource and pkg/registry/resource. A taint's `timeAdded` is the time of the request. */
export const resource: RuleTable = {
  ...ofVersion('v1'),
  ...ofVersion('v1beta1'),
  ...ofVersion('v1beta2'),
  'resource.v1.ExactDeviceRequest': exactCount,
  'resource.v1beta1.DeviceRequest': {
    fields: {
      allocationMode: (request) => (hasClass(request) ? 'ExactCount' : undefined),
      count: (request) => (hasClass(request) ? countOf(request) : undefined),
    },
  },
  'resource.v1alpha3.DeviceTaintRule': { createdStatus: {} },
  'resource.v1beta2.ExactDeviceRequest': exactCount,
  'resource.v1beta2.DeviceTaintRule': { createdStatus: {} },
};

function ofVersion(version: string): RuleTable {
  return {
    [`resource.${version}.DeviceSubRequest`]: exactCount,
    [`resource.${version}.NodeAllocatableResourceMapping`]: { fields: { allocationMultiplier: '1' } },
    [`resource.${version}.ResourceClaim`]: { createdStatus: {} },
  };
}

function countOf(request: JsonObject): number | undefined {
  return own(request, 'allocationMode') === 'ExactCount' ? 1 : undefined;
}

function hasClass(request: JsonObject): boolean {
  return (own(request, 'deviceClassName') ?? '') !== '';
}
