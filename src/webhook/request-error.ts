/**
 * Every way in which a request can be one that we cannot judge. `docs/serve.md` lists them; a test holds the two
 * together.
 */
export const requestErrors = {
  BodyMissing: {
    status: 400,
    message: 'the request has no body',
    help: 'send an AdmissionReview of admission.k8s.io/v1 as JSON',
  },
  BodyNotJson: {
    status: 400,
    message: 'the body is not JSON',
    help: 'send one JSON document, encoded as UTF-8',
  },
  BodyTooDeep: {
    status: 400,
    message: 'the body is nested too deeply',
    help: 'objects and lists may be nested 100 levels deep',
  },
  BodyTooLarge: {
    status: 413,
    message: 'the body is too large',
    help: 'a body may have 8 MiB, which is room for two objects of the largest size that the API server takes',
  },
  UnsupportedContentType: {
    status: 415,
    message: 'the content type is not supported',
    help: 'send JSON with `Content-Type: application/json`',
  },
  NotAnAdmissionReview: {
    status: 400,
    message: 'the body is not an AdmissionReview',
    help: 'send `{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {…}}`',
  },
  UnsupportedVersion: {
    status: 400,
    message: 'the version of the AdmissionReview is not supported',
    help: 'set `admissionReviewVersions: [v1]` in the webhook configuration',
  },
  InvalidRequest: {
    status: 400,
    message: 'the request of the AdmissionReview is not valid',
    help: 'see AdmissionRequest in the API reference of admission.k8s.io/v1',
  },
  NotAnObject: {
    status: 400,
    message: 'the body is no Kubernetes object',
    help: 'send an object with `apiVersion` and `kind`, or an AdmissionReview',
  },
  ClientCertificateMissing: {
    status: 401,
    message: 'a client certificate is required here',
    help: 'the API server shows one if its `--admission-control-config-file` says which',
  },
  ClientCertificateRefused: {
    status: 403,
    message: 'the client certificate is not accepted',
    help: 'it must be valid, signed by the authority of `--client-ca`, and for a name of `--client-name`',
  },
  MethodNotAllowed: {
    status: 405,
    message: 'the method is not allowed here',
    help: 'use the method that the `Allow` header names',
  },
  NotFound: {
    status: 404,
    message: 'there is nothing here',
    help: 'the endpoints are /validate, /mutate, /check, /healthz, /readyz and /metrics',
  },
  RequestTimeout: {
    status: 408,
    message: 'the request did not come in time',
    help: 'send all of it within 30 seconds',
  },
  Overloaded: {
    status: 503,
    message: 'abatis has no room for more requests',
    help: 'try again; if it lasts, add replicas, see docs/operate.md',
  },
  TooLate: {
    status: 503,
    message: 'there is no time left to judge the request in',
    help: 'try again; if it lasts, add replicas, see docs/operate.md',
  },
  HeadersTooLarge: {
    status: 431,
    message: 'the headers are too large',
    help: 'they may have 16 KiB',
  },
  MalformedHttp: {
    status: 400,
    message: 'the request is not well-formed HTTP',
    help: 'send HTTP/1.1',
  },
  InternalError: {
    status: 500,
    message: 'abatis failed to judge the request, which is a bug in it',
    help: 'see its log at the same uid',
  },
} as const satisfies Record<string, { status: number; message: string; help: string }>;

export type RequestErrorReason = keyof typeof requestErrors;

/** Why a request got no verdict. */
export interface RequestError {
  readonly reason: RequestErrorReason;
  /** What is wrong in this very request, where there is more to say than the reason itself says. */
  readonly detail?: string;
  /** Of the AdmissionReview, where that much of it could be read. */
  readonly uid?: string;
}

/**
 * A request error as Kubernetes' meta/v1 Status, in JSON. The API server decodes a Status from the body of a failed
 * call (client-go rest/request.go `Result.Error`), so that its message reaches the user of kubectl and not only us.
 */
export function renderRequestError(error: RequestError): string {
  const { status, message, help } = requestErrors[error.reason];
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: status,
    reason: error.reason,
    message: error.detail === undefined ? message : `${message}: ${error.detail}`,
    help,
    ...(error.uid === undefined ? {} : { details: { uid: error.uid } }),
  });
}
