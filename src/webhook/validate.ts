import { admissionHandler } from './admission.ts';
import { judge } from './judge.ts';
import type { WebhookOptions } from './options.ts';
import { renderReview } from './response.ts';

/** POST /validate: whether a change is allowed. */
export function validateHandler(options: WebhookOptions) {
  return admissionHandler(options, 'validate', (question) => {
    const { uid } = question;
    const verdict = judge(options, options.current(), question);
    return verdict instanceof Promise
      ? verdict.then(({ answer }) => renderReview(uid, answer))
      : renderReview(uid, verdict.answer);
  });
}
