import { admissionHandler } from './admission.ts';
import type { Desk } from './desk.ts';
import { judge } from './judge.ts';
import { renderReview } from './response.ts';

/** POST /validate: whether a change is allowed. */
export function validateHandler(desk: Desk) {
  return admissionHandler(desk, 'validate', (question) => {
    const { uid } = question;
    const verdict = judge(desk, desk.current(), question);
    return verdict instanceof Promise
      ? verdict.then(({ answer }) => renderReview(uid, answer))
      : renderReview(uid, verdict.answer);
  });
}
