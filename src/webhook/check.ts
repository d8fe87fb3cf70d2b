import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Program } from '../compile/index.ts';
import { defaultedInput } from '../defaulting/index.ts';
import { parseExact } from '../json/index.ts';
import { operationsOf, writeJson } from '../jsonpatch/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import { guessResource } from '../kinds/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { AdmissionInput, JsonObject, Mutated } from '../model/index.ts';
import { readBody } from './body.ts';
import type { Desk } from './desk.ts';
import { fail, sendError, shed } from './failure.ts';
import { judge, type Verdict } from './judge.ts';
import { arrivalOf, deadlineOf, within } from './patience.ts';
import type { RequestError } from './request-error.ts';
import { isObject, readRequest } from './review.ts';
import { warningHeaders } from './warning-header.ts';

type Input = Omit<AdmissionInput, 'namespaceObject'> & Partial<Pick<AdmissionInput, 'namespaceObject'>>;

type ReadCheck =
  | { readonly ok: true; readonly input: Input; readonly uid: string }
  | { readonly ok: false; readonly error: RequestError };

/**
 * POST /check, for people and CI: any object, taken as its creation by nobody in particular, or an AdmissionReview,
 * of which all but `request.object` may be left out. Answers the decision as JSON, and its warnings as HTTP headers,
 * too, with status 200 whether or not the change would be allowed: the question was answered.
 */
export function checkHandler(desk: Desk) {
  const { current, metrics, namespaces, closing, gate, turn } = desk;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const started = performance.now();
    const deadline = deadlineOf(arrivalOf(request, started, turn), request.url);
    if (deadline.isOver()) return shed(desk, 'check', reply, 'late');
    const text = request.body as string | undefined;
    const body = readBody(text);
    const program = current();
    let uid: string | undefined;
    gate.stay();
    try {
      const read = body.ok ? readCheck(body.value, program) : body;
      if (!read.ok) {
        metrics.answered('check', undefined, 'invalid', (performance.now() - started) / 1000);
        sendError(reply, read.error);
        return;
      }
      uid = read.uid;
      const known = performance.now();
      metrics.phase('check', 'parse', (known - started) / 1000);
      const { namespaced, namespace } = read.input;
      const cached = read.input.namespaceObject ?? (namespaced === false ? null : namespaces?.get(namespace));
      const isAsked = cached === undefined && namespaces !== undefined;
      const namespaceObject = isAsked ? await within(deadline.left(), namespaces.fetch(namespace)) : cached;
      const exactly = (): AdmissionInput => {
        const again = readCheck(parseExact(text ?? ''), program);
        return { ...(again.ok ? again.input : read.input), namespaceObject };
      };
      const input = { ...read.input, namespaceObject };
      const times = { started, read: isAsked ? performance.now() : known, deadline };
      const question = { endpoint: 'check', input, exactly, uid, ...times, trace: undefined } as const;
      const verdict = await judge(desk, program, question);
      const judged = performance.now();
      const headers = warningHeaders(verdict.answer.warnings);
      if (headers.length > 0) reply.header('warning', headers);
      if (closing?.() === true) reply.header('connection', 'close');
      reply.header('content-type', 'application/json; charset=utf-8').send(renderVerdict(verdict));
      metrics.phase('check', 'answer', (performance.now() - judged) / 1000);
    } catch (error) {
      fail(desk, 'check', reply, error, uid, started);
    } finally {
      gate.leave();
    }
  };
}

function readCheck(body: unknown, program: Program): ReadCheck {
  if (!isObject(body)) return { ok: false, error: { reason: 'NotAnObject' } };
  if (isReviewLike(body)) {
    const request = completeRequest(body['request'], program);
    const uid = typeof request['uid'] === 'string' ? request['uid'].slice(0, 128) : '';
    const read = readRequest(request, uid);
    if (!read.ok) return read;
    // A request that an API server has made is known by its uid, and its objects have their defaults.
    return { ok: true, uid, input: uid === '' ? defaultedInput(read.review.input) : read.review.input };
  }
  const { manifests, diagnostics } = readManifests([{ value: body, source: { file: '-', index: 0 } }], {
    kinds: program.kinds,
  });
  const input = manifests[0]?.input;
  if (input !== undefined) return { ok: true, input: defaultedInput(input), uid: '' };
  const detail = diagnostics.map(({ message }) => message).join('; ');
  return { ok: false, error: detail === '' ? { reason: 'NotAnObject' } : { reason: 'NotAnObject', detail } };
}

function isReviewLike(body: JsonObject): body is JsonObject & { readonly request: JsonObject } {
  return isObject(body['request']) && (body['kind'] === undefined || body['kind'] === 'AdmissionReview');
}

/** Fills in what the object in it says already. */
function completeRequest(request: JsonObject, { kinds }: Program): JsonObject {
  const object = isObject(request['object']) ? request['object'] : request['oldObject'];
  if (!isObject(object)) return request;
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return request;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const row = kinds.ofKind(group, kind);
  const named = isObject(metadata) ? metadata : {};
  return {
    operation: !isObject(request['object']) ? 'DELETE' : isObject(request['oldObject']) ? 'UPDATE' : 'CREATE',
    kind: { group, version, kind },
    resource: { group, version, resource: row?.resource ?? guessResource(kind) },
    name: named['name'],
    namespace: named['namespace'] ?? (row?.namespaced === true ? 'default' : undefined),
    ...request,
  };
}

function renderMutated({ changes, ...mutated }: Mutated) {
  return { ...mutated, patch: operationsOf(changes) };
}

function renderVerdict({ decision, answer, mutation }: Verdict): string {
  return writeJson({
    allowed: answer.allowed,
    ...(answer.message === undefined ? {} : { message: answer.message }),
    findings: decision.findings.map((finding) => ({ ...finding, path: formatPath(finding.path) })),
    errors: decision.errors,
    evaluated: decision.evaluated,
    warnings: answer.warnings,
    ...(mutation !== undefined &&
      mutation.patch.length + mutation.reported.length > 0 && {
        patch: mutation.patch,
        applied: mutation.applied.map(renderMutated),
        reported: mutation.reported.map(renderMutated),
      }),
  });
}
