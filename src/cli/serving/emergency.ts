import { readFileSync, statSync } from 'node:fs';
import type { Logger } from 'pino';
import {
  type ClusterClient,
  type EmergencySwitch,
  type EventRecorder,
  emergencyWatch,
} from '../../cluster/index.ts';
import type { Program } from '../../compile/index.ts';
import type { AdmissionInput } from '../../model/index.ts';
import type { Emergency, Metrics, ReadinessCheck } from '../../webhook/index.ts';
import { watchPaths } from './watch.ts';

export interface EmergencyOptions {
  /** Where the ConfigMap is that turns everything to Audit; undefined where there is no cluster. */
  readonly configMap: { readonly namespace: string; readonly name: string } | undefined;
  /** A file that does the same. */
  readonly file: string | undefined;
}

/** Turns everything to Audit, and back. */
export interface EmergencyBrake {
  /** Undefined while policies do what they say. */
  current(): Emergency | undefined;
  /** The program to ask: the one given, with the ceiling Audit in an emergency. */
  limit(program: Program): Program;
  /** Whether a change is about the switch itself. */
  isSwitch(input: AdmissionInput): boolean;
  readiness(): ReadinessCheck | undefined;
  close(): void;
}

/** In milliseconds: how often the file is looked at where the file system tells nothing. */
const interval = 2000;

/** The one mode there is; everything else leaves policies alone. */
const auditMode = 'audit';

/** What one place says. */
interface Said extends Emergency {
  readonly mode: string;
}

/**
 * Follows the emergency switch in the cluster and in a file; either of them is enough. Every change is logged loudly,
 * and is an Event where Events are written.
 */
export function emergencyBrake(
  { configMap, file }: EmergencyOptions,
  client: ClusterClient | undefined,
  metrics: Pick<Metrics, 'emergency'>,
  log: Logger,
  events?: EventRecorder,
): EmergencyBrake {
  const place = configMap === undefined ? '' : `ConfigMap ${configMap.namespace}/${configMap.name}`;
  let current: Emergency | undefined;
  let strange: string | undefined;
  let inFile: Said | undefined;
  let lastUid: string | undefined;
  let limited: { readonly from: Program; readonly to: Program } | undefined;

  const watch =
    client === undefined || configMap === undefined
      ? undefined
      : emergencyWatch(client, {
          ...configMap,
          onChange: settle,
          onState({ connected, problem }) {
            if (connected) log.info({ place }, 'watching the emergency switch');
            else log.warn({ place, problem }, 'lost sight of the emergency switch; it stays as it was');
          },
        });
  const stopFile =
    file === undefined ? undefined : watchPaths({ paths: [file], interval, quiet: 50, onChange: readAgain });
  if (file !== undefined) inFile = readSwitch(file);

  async function readAgain(): Promise<void> {
    inFile = file === undefined ? undefined : readSwitch(file);
    settle();
  }

  function settle(): void {
    const said = watch?.current();
    const isOn = (each: Said | EmergencySwitch | undefined) => each?.mode.trim().toLowerCase() === auditMode;
    const winner = isOn(said) ? said : isOn(inFile) ? inFile : undefined;
    complain(
      [said, inFile].find((each) => each !== undefined && each.mode.trim() !== '' && !isOn(each))?.mode,
    );
    const next = winner === undefined ? undefined : emergencyOf(winner);
    const wasOn = current !== undefined;
    if (JSON.stringify(next) === JSON.stringify(current)) return;
    current = next;
    if (next === undefined) log.warn({}, 'EMERGENCY OVER: policies do again what they say');
    else
      log.error(
        { ...next, place: isOn(said) ? place : file },
        'EMERGENCY: everything is noted only, nothing is denied',
      );
    if (configMap === undefined || (next === undefined) !== wasOn) return;
    lastUid = said?.uid ?? lastUid;
    events?.note({
      type: next === undefined ? 'Normal' : 'Warning',
      reason: next === undefined ? 'EmergencyOver' : 'Emergency',
      action: 'SwitchEmergency',
      regarding: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        ...configMap,
        ...(lastUid !== undefined && { uid: lastUid }),
      },
      note:
        next === undefined
          ? 'policies do again what they say'
          : `everything is noted only, nothing is denied${next.by === undefined ? '' : `; set by ${next.by}`}${next.reason === undefined ? '' : `: ${next.reason}`}`,
      key: `emergency ${Date.now()}`,
    });
  }

  /** A word that means nothing would leave its author in the belief that everything is off. */
  function complain(mode: string | undefined): void {
    if (mode === strange) return;
    strange = mode;
    if (mode !== undefined)
      log.error(
        { mode: mode.slice(0, 100) },
        'the emergency switch says something else than `Audit`; it is off',
      );
  }

  settle();
  metrics.emergency(() => ({
    on: current !== undefined,
    watched: watch === undefined ? stopFile !== undefined : watch.state().connected,
  }));
  return {
    current: () => current,
    limit(program) {
      if (current === undefined) return program;
      if (limited?.from !== program) limited = { from: program, to: { ...program, ceiling: 'Audit' } };
      return limited.to;
    },
    isSwitch: ({ resource, namespace, name, object, oldObject }) =>
      resource.resource === 'configmaps' &&
      resource.group === '' &&
      namespace === configMap?.namespace &&
      (name === '' ? nameOf(object ?? oldObject) : name) === configMap.name,
    readiness() {
      const state = watch?.state();
      if (state === undefined && current === undefined) return undefined;
      const mode = current === undefined ? 'off' : 'ON: everything is noted only';
      const problem =
        state === undefined || state.connected
          ? ''
          : `; not watched: ${state.problem ?? 'not connected yet'}`;
      // Whoever may not read the switch judges without it.
      const isKnown = state === undefined || state.synced || state.problem !== undefined;
      return { name: 'emergency', ok: isKnown, detail: `${mode}${problem}` };
    },
    close() {
      watch?.close();
      stopFile?.();
    },
  };
}

function emergencyOf({ since, by, reason }: Emergency): Emergency {
  return {
    ...(since !== undefined && { since }),
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  };
}

/** DELETECOLLECTION names nothing in its requests. */
function nameOf(object: AdmissionInput['object']): unknown {
  const metadata = object?.['metadata'];
  return typeof metadata === 'object' && metadata !== null && Object.hasOwn(metadata, 'name')
    ? (metadata as { readonly name: unknown }).name
    : undefined;
}

/** The first line is the mode, with or without `mode:`, what follows is the reason. */
function readSwitch(file: string): Said | undefined {
  try {
    const [first = '', ...rest] = readFileSync(file, 'utf8').slice(0, 4096).split('\n');
    const reason = rest.join(' ').trim();
    return {
      mode: first.replace(/^\s*mode\s*:/, '').trim(),
      since: statSync(file).mtime.toISOString(),
      ...(reason !== '' && { reason }),
    };
  } catch {
    return undefined;
  }
}
