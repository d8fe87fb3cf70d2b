import { compileGlob, compileGlobs } from '../../glob/index.ts';
import type { Subject, UserInfo } from '../../model/index.ts';

/** How the API server names service accounts: apiserver `serviceaccount.MakeUsername`. */
const serviceAccountForm = /^system:serviceaccount:([^:]*):([^:]*)$/;

/** Whether a user is, or is in, any of the subjects. */
export function compileSubjects(subjects: readonly Subject[]): (user: UserInfo) => boolean {
  const tests = subjects.map(compileSubject);
  return (user) => tests.some((test) => test(user));
}

function compileSubject(subject: Subject): (user: UserInfo) => boolean {
  const name = compileGlob(subject.name);
  switch (subject.kind) {
    case 'User':
      return (user) => name(user.username);
    case 'Group':
      return (user) => user.groups.some(name);
    case 'ServiceAccount': {
      const namespace = compileGlobs(subject.namespace === undefined ? [] : [subject.namespace]);
      return (user) => {
        const parts = serviceAccountForm.exec(user.username);
        return parts !== null && namespace(parts[1] ?? '') && name(parts[2] ?? '');
      };
    }
  }
}
