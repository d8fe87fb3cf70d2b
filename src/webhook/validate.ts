import { admissionHandler } from './admission.ts';
import { judge } from './judge.ts';
import type { WebhookOptions } from './options.ts';
import { renderReview } from './response.ts';

/** POST /validate: whether a change is allowed. */
export function validateHandler(options: WebhookOptions) {
  return admissionHandler(options, 'validate', (input, exactly, uid, started) => {
    const verdict = judge(options, 'validate', options.current(), input, exactly, uid, started);
    return renderReview(uid, verdict.answer);
  });
}
