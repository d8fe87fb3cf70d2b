import { loadAll } from 'js-yaml';
import { chart, helm, type Values } from '../helm/index.ts';

/** An object that the chart makes. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into objects of every kind
  readonly [field: string]: any;
}

export interface Rendering {
  /** All objects; throws where helm fails. */
  readonly objects: readonly Rendered[];
  /** The one of this kind and, where there are more, of this name. */
  readonly one: (kind: string, name?: string) => Rendered;
  /** What the server is started with. */
  readonly args: readonly string[];
}

const known = new Map<string, Rendering>();

/** What `helm template` makes of the chart with these values, in the namespace abatis-system. */
export function rendered(values: Values = {}, more: readonly string[] = []): Rendering {
  const key = JSON.stringify([values, more]);
  const rendering = known.get(key) ?? render(values, more);
  known.set(key, rendering);
  return rendering;
}

function render(values: Values, more: readonly string[]): Rendering {
  const { code, stdout, stderr } = helm(
    ['template', 'abatis', chart, '--namespace=abatis-system', '--include-crds', ...more],
    { values },
  );
  if (code !== 0) throw new Error(stderr);
  return renderingOf(stdout);
}

/** The objects in a text of YAML documents. */
export function renderingOf(text: string): Rendering {
  const objects = loadAll(text).filter((object) => object !== null) as Rendered[];
  const one = (kind: string, name?: string) => {
    const [found, another] = objects.filter(
      (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
    );
    if (found === undefined || another !== undefined) throw new Error(`not one ${kind} ${name ?? ''}`);
    return found;
  };
  return {
    objects,
    one,
    get args() {
      return one('Deployment')['spec'].template.spec.containers[0].args;
    },
  };
}
