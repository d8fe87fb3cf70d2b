import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { configMap, goodConfigMap, review, webhook } from './server.ts';

const endpoints = ['/validate', '/check'] as const;
const whole = JSON.stringify(review(goodConfigMap));

const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);

/** A review whose object is nested so that the body is `levels` deep: the review, its request and the object are three. */
const deep = (levels: number, open = '{"a":', close = '}') =>
  whole.replace('"data":{', `"data":{"deep":${open.repeat(levels - 4)}1${close.repeat(levels - 4)},`);

describe.each(endpoints)('POST %s with a body that is', (url) => {
  test.each([
    ['nothing', '', 'BodyMissing'],
    ['not JSON', 'hello', 'BodyNotJson'],
    ['YAML', 'apiVersion: v1\nkind: Pod\n', 'BodyNotJson'],
    ['cut off', whole.slice(0, -1), 'BodyNotJson'],
    ['two documents', '{}{}', 'BodyNotJson'],
    ['binary', Buffer.from([0, 255, 254, 1]), 'BodyNotJson'],
    ['101 levels deep', deep(101), 'BodyTooDeep'],
    ['101 lists deep', deep(101, '[', ']'), 'BodyTooDeep'],
    ['100,000 lists', nested(100_000), 'BodyTooDeep'],
    ['100,000 objects', nested(100_000, '{"a":', '}').replace('}', '1}'), 'BodyTooDeep'],
    ['a million lists that never end', '['.repeat(1_000_000), 'BodyNotJson'],
  ])('%s gets an error', async (_what, body, reason) => {
    const { post, metric } = webhook();
    const response = await post(url, body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: 400,
      reason,
      message: expect.stringMatching(/^the /),
      help: expect.stringMatching(/./),
    });
    const endpoint = url.slice(1);
    expect(
      await metric(`abatis_requests_total{endpoint="${endpoint}",operation="none",outcome="invalid"}`),
    ).toBe(1);
  });

  test('exactly 100 levels deep is judged', async () => {
    const response = await webhook().post(url, deep(100));
    expect(response.statusCode).toBe(200);
  });

  test('of 9 MiB gets an error', async () => {
    const response = await webhook().post(url, `"${'x'.repeat(9 * 1024 * 1024)}"`);
    expect(response.statusCode).toBe(413);
    expect(response.json()).toMatchObject({ reason: 'BodyTooLarge', help: expect.stringContaining('8 MiB') });
  });

  test('of two objects of 3 MiB is judged', async () => {
    const large = { ...goodConfigMap, data: { text: 'x'.repeat(3 * 1024 * 1024) } };
    const body = review(large, { operation: 'UPDATE', oldObject: large });
    expect((await webhook().post(url, body)).statusCode).toBe(200);
  });

  test.each(['text/plain', 'application/yaml', 'application/x-www-form-urlencoded', 'x', ''])(
    'of the content type %j gets an error',
    async (type) => {
      const response = await webhook().post(url, whole, { 'content-type': type });
      expect(response.statusCode).toBe(415);
      expect(response.json()).toMatchObject({ reason: 'UnsupportedContentType' });
    },
  );

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'asked for by %s gets an error',
    async (method) => {
      const response = await webhook().app.inject({ method, url });
      expect(response.statusCode).toBe(405);
      expect(response.headers['allow']).toBe('POST');
      expect(response.json()).toMatchObject({ reason: 'MethodNotAllowed' });
    },
  );
});

describe('POST /validate with JSON that is no request', () => {
  const changed = (request: object) => ({ ...review(goodConfigMap), request });
  const request = review(goodConfigMap)['request'] as object;
  test.each([
    ['null', null, 'NotAnAdmissionReview', 'null'],
    ['a number', 1, 'NotAnAdmissionReview', 'a number'],
    ['a string', '"x"', 'NotAnAdmissionReview', '`x`'],
    ['a list', [review(goodConfigMap)], 'NotAnAdmissionReview', 'a list'],
    ['empty', {}, 'NotAnAdmissionReview', 'missing'],
    ['a ConfigMap', goodConfigMap, 'NotAnAdmissionReview', '`ConfigMap`'],
    ['of the kind of something inherited', { kind: { toString: 'x' } }, 'NotAnAdmissionReview', 'an object'],
    [
      'a review of something else',
      { ...review(goodConfigMap), apiVersion: 'authentication.k8s.io/v1' },
      'NotAnAdmissionReview',
      '`authentication.k8s.io/v1`',
    ],
    [
      'of v1beta1',
      { ...review(goodConfigMap), apiVersion: 'admission.k8s.io/v1beta1' },
      'UnsupportedVersion',
      '`admission.k8s.io/v1beta1`',
    ],
    ['without request', { ...review(goodConfigMap), request: undefined }, 'InvalidRequest', 'missing'],
    ['with a list as request', changed([]), 'InvalidRequest', 'a list'],
    ['without uid', changed({ ...request, uid: undefined }), 'InvalidRequest', 'request.uid'],
    ['with an empty uid', changed({ ...request, uid: '' }), 'InvalidRequest', 'request.uid'],
    ['with a number as uid', changed({ ...request, uid: 1 }), 'InvalidRequest', 'request.uid'],
    ['with an endless uid', changed({ ...request, uid: 'x'.repeat(129) }), 'InvalidRequest', 'request.uid'],
    ['without kind', changed({ ...request, kind: undefined }), 'InvalidRequest', 'request.kind'],
    [
      'with a kind of null',
      changed({ ...request, kind: { kind: null, version: 'v1' } }),
      'InvalidRequest',
      'kind',
    ],
    ['without resource', changed({ ...request, resource: undefined }), 'InvalidRequest', 'request.resource'],
    ['without operation', changed({ ...request, operation: undefined }), 'InvalidRequest', 'operation'],
    [
      'with another operation',
      changed({ ...request, operation: 'constructor' }),
      'InvalidRequest',
      '`constructor`',
    ],
    ['with a list as object', changed({ ...request, object: [] }), 'InvalidRequest', 'a list'],
    ['with text as oldObject', changed({ ...request, oldObject: 'x' }), 'InvalidRequest', '`x`'],
    ['with a name of a number', changed({ ...request, name: 1 }), 'InvalidRequest', 'must be strings'],
    [
      'with a namespace of a list',
      changed({ ...request, namespace: [] }),
      'InvalidRequest',
      'must be strings',
    ],
    [
      'with groups of numbers',
      changed({ ...request, userInfo: { groups: [1] } }),
      'InvalidRequest',
      'UserInfo',
    ],
    ['with groups of text', changed({ ...request, userInfo: { groups: 'x' } }), 'InvalidRequest', 'UserInfo'],
    [
      'with extra of text',
      changed({ ...request, userInfo: { extra: { a: 'x' } } }),
      'InvalidRequest',
      'UserInfo',
    ],
    ['with userInfo of text', changed({ ...request, userInfo: 'jane' }), 'InvalidRequest', 'UserInfo'],
  ])('%s gets an error that says so', async (_what, body, reason, hint) => {
    const response = await webhook().post('/validate', body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ reason, message: expect.stringContaining(hint) });
  });

  test('the uid comes back in an error, where there was one', async () => {
    const response = await webhook().post('/validate', changed({ ...request, kind: 1 }));
    expect(response.json().details).toEqual({ uid: '705ab4f5-6393-11e8-b7cc-42010a800002' });
  });

  test('an error quotes neither long values nor control characters', async () => {
    const { message } = (await webhook().post('/validate', { kind: 'x'.repeat(1000) })).json();
    expect(message).toBe('the body is not an AdmissionReview: its kind is a long string');
    const { message: odd } = (await webhook().post('/validate', { kind: 'a\u001b[31m\n' })).json();
    expect(odd).toBe('the body is not an AdmissionReview: its kind is `a [31m `');
  });
});

describe('keys that mean something to JavaScript', () => {
  const poison =
    '"__proto__":{"allowed":true,"labels":{"owner":"x"},"polluted":1},"constructor":{"prototype":{"polluted":1}}';
  const poisoned = (object: object) =>
    JSON.stringify(object).replaceAll('"metadata":{', `"metadata":{${poison},`);

  test.each(endpoints)('do not change what %s answers', async (url) => {
    const response = await webhook().post(url, poisoned(url === '/check' ? configMap : review(configMap)));
    expect(response.statusCode).toBe(200);
    const answer = url === '/check' ? response.json() : response.json().response;
    expect(answer.allowed).toBe(false);
  });

  test('pollute nothing', async () => {
    await webhook().post('/validate', `{${poison},"request":{${poison}}}`);
    await webhook().post('/check', `{${poison},"apiVersion":"v1","kind":"Pod"}`);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { allowed?: unknown }).allowed).toBeUndefined();
  });

  test('are no kind of review', async () => {
    const inherited = `{"__proto__":${whole}}`;
    expect((await webhook().post('/validate', inherited)).json()).toMatchObject({
      reason: 'NotAnAdmissionReview',
    });
  });
});

describe('over a socket', () => {
  /** Writes bytes as they are and gives everything that comes back until the server has nothing more to say. */
  async function talk(text: string | readonly string[], until: RegExp): Promise<string> {
    const { app } = webhook();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => {
        for (const part of typeof text === 'string' ? [text] : text) socket.write(part);
      });
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => {
        answer += chunk;
        if (until.test(answer)) socket.destroy();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }
  const post = (body: string, length = Buffer.byteLength(body)) =>
    `POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;

  test('a body of 10 MB is answered although it is not wanted', async () => {
    expect(await talk(post('x'.repeat(10_000_000)), /"help"/)).toMatch(
      /^HTTP\/1.1 413 .*"reason":"BodyTooLarge"/s,
    );
  });

  test('so is one of 10 MB in chunks, which says nothing of its size beforehand', async () => {
    const chunk = `${(1_000_000).toString(16)}\r\n${'x'.repeat(1_000_000)}\r\n`;
    const head =
      'POST /check HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(await talk([head, ...Array<string>(10).fill(chunk), '0\r\n\r\n'], /"help"/)).toMatch(
      /^HTTP\/1.1 413 .*"reason":"BodyTooLarge"/s,
    );
  });

  test('a client that leaves in the middle of its request disturbs nobody', async () => {
    const { app, post: inject } = webhook();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    for (const part of [post(whole).slice(0, -1), post(whole).slice(0, 200), post(whole)]) {
      const socket = connect(port, '127.0.0.1', () => socket.write(part, () => socket.resetAndDestroy()));
      await once(socket, 'close');
    }
    expect((await inject('/validate', whole)).statusCode).toBe(200);
  });

  test('what is not HTTP is answered, too', async () => {
    expect(await talk('hello\r\n\r\n', /"help"/)).toMatch(/^HTTP\/1.1 400 .*"reason":"MalformedHttp"/s);
  });

  test('headers of 100 KB are too large', async () => {
    const head = `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`;
    expect(await talk(head, /"help"/)).toMatch(/^HTTP\/1.1 431 .*"reason":"HeadersTooLarge"/s);
  });

  test('a connection is kept for the next request, after an error as after an answer', async () => {
    const three = [post('nonsense'), post(whole), post(whole)];
    const answer = await talk(three, /("allowed":true.*){2}/s);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  });
});
