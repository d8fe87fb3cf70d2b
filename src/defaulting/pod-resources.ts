import type { JsonObject } from '../model/index.ts';
import { add, canonical, compare, type Quantity, sign } from '../quantity/index.ts';
import { isObject, itemsAt, type Making, mappingAt, own, put, withEntry } from './object.ts';
import { filledFrom, readQuantity } from './quantities.ts';

type Amounts = ReadonlyMap<string, Quantity>;
type Kind = 'limits' | 'requests';

/** Where a limit is given and no request, the request is the limit. */
export function withRequests(resources: JsonObject): JsonObject {
  const requests = filledFrom(own(resources, 'requests'), own(resources, 'limits'));
  return requests === undefined ? resources : withEntry(resources, 'requests', requests);
}

/**
 * The resources of the pod as a whole, where its spec has some: limits of huge pages as its containers have them, and
 * requests as its containers have them together, else as its limits are.
 * Source: kubernetes pkg/apis/core/v1 defaultHugePagePodLimits, defaultPodRequests.
 */
export function withPodResources(spec: JsonObject): JsonObject {
  const resources = own(spec, 'resources');
  if (!isObject(resources)) return spec;
  const limited = withHugePageLimits(spec, resources);
  return withEntry(spec, 'resources', withPodRequests(spec, limited));
}

function withHugePageLimits(spec: JsonObject, resources: JsonObject): JsonObject {
  const limits = mappingAt(resources, 'limits');
  const requests = mappingAt(resources, 'requests');
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return resources;
  const found = [...ofContainers(spec, 'limits')].filter(
    ([name]) => isHugePages(name) && !Object.hasOwn(requests, name) && !Object.hasOwn(limits, name),
  );
  return found.length === 0 ? resources : withEntry(resources, 'limits', withAmounts(limits, found));
}

function withPodRequests(spec: JsonObject, resources: JsonObject): JsonObject {
  const limits = mappingAt(resources, 'limits');
  if (Object.keys(limits).length === 0) return resources;
  const requests = mappingAt(resources, 'requests');
  const found = [...ofContainers(spec, 'requests')].filter(
    ([name]) => (name === 'cpu' || name === 'memory') && !Object.hasOwn(requests, name),
  );
  const made: Making = { ...withAmounts(requests, found) };
  for (const name of Object.keys(limits)) {
    if (isPodLevel(name) && !Object.hasOwn(made, name)) put(made, name, limits[name]);
  }
  const changed = Object.keys(made).length > Object.keys(requests).length;
  return changed ? withEntry(resources, 'requests', made) : resources;
}

function withAmounts(amounts: JsonObject, more: readonly (readonly [string, Quantity])[]): JsonObject {
  if (more.length === 0) return amounts;
  const made: Making = { ...amounts };
  for (const [name, amount] of more) put(made, name, canonical(amount));
  return made;
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

/**
 * What a pod takes: its containers and sidecars together, or more where an init container takes more beside the
 * sidecars before it. Source: k8s.io/component-helpers resource.AggregateContainerRequests.
 */
function ofContainers(spec: JsonObject, kind: Kind): Amounts {
  const sum = new Map<string, Quantity>();
  for (const container of itemsAt(spec, 'containers')) addTo(sum, amountsOf(container, kind));
  const sidecars = new Map<string, Quantity>();
  const peaks = new Map<string, Quantity>();
  for (const container of itemsAt(spec, 'initContainers')) {
    const amounts = amountsOf(container, kind);
    let during: Amounts = sidecars;
    if (own(container, 'restartPolicy') === 'Always') {
      addTo(sum, amounts);
      addTo(sidecars, amounts);
    } else {
      const both = new Map(amounts);
      addTo(both, sidecars);
      during = both;
    }
    raiseTo(peaks, during);
  }
  raiseTo(sum, peaks);
  return sum;
}

function amountsOf(container: JsonObject, kind: Kind): Amounts {
  return readAmounts(mappingAt(mappingAt(container, 'resources'), kind));
}

function readAmounts(amounts: JsonObject): Amounts {
  const read = new Map<string, Quantity>();
  for (const name of Object.keys(amounts)) {
    const quantity = readQuantity(amounts[name]);
    if (quantity !== undefined) read.set(name, quantity);
  }
  return read;
}

function addTo(sum: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const known = sum.get(name);
    const added = known === undefined ? amount : add(known, amount);
    if (added !== undefined) sum.set(name, added);
  }
}

function raiseTo(peaks: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const known = peaks.get(name);
    if (known === undefined || compare(amount, known) > 0) peaks.set(name, amount);
  }
}

/**
 * How dear a pod is to its node, by the CPU and memory of its spec, requests filled in.
 * Source: kubernetes pkg/apis/core/helper/qos ComputePodQOS.
 */
export function qosClass(spec: JsonObject): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const whole = own(spec, 'resources');
  const all = isObject(whole)
    ? [whole]
    : [...itemsAt(spec, 'containers'), ...itemsAt(spec, 'initContainers')].map((container) =>
        mappingAt(container, 'resources'),
      );
  const requests = new Map<string, Quantity>();
  const limits = new Map<string, Quantity>();
  let limited = true;
  for (const resources of all) {
    addTo(requests, scarce(resources, 'requests'));
    const ofThis = scarce(resources, 'limits');
    addTo(limits, ofThis);
    // A pod's own resources count as limited where they have no limits at all.
    const mayLack = isObject(whole) && own(resources, 'limits') === undefined;
    if (!mayLack && ofThis.size < 2) limited = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal =
    requests.size === limits.size &&
    [...requests].every(([name, request]) => {
      const limit = limits.get(name);
      return limit !== undefined && compare(limit, request) === 0;
    });
  return limited && equal ? 'Guaranteed' : 'Burstable';
}

/** The amounts of CPU and memory that are more than nothing. */
function scarce(resources: JsonObject, kind: Kind): Amounts {
  const amounts = [...readAmounts(mappingAt(resources, kind))];
  return new Map(
    amounts.filter(([name, amount]) => (name === 'cpu' || name === 'memory') && sign(amount) > 0),
  );
}
