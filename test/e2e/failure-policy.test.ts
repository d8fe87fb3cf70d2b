import { expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { register, startWebhook } from './webhook.ts';

describeWithControlPlane('a webhook that is down', {}, ({ controlPlane }) => {
  it.each([
    {
      failurePolicy: 'Fail' as const,
      code: 1,
      said: /Internal error occurred: failed calling webhook "fail\.abatis\.dev": .*connection refused/,
    },
    { failurePolicy: 'Ignore' as const, code: 0, said: /^$/ },
  ])('follows failurePolicy $failurePolicy', async ({ failurePolicy, code, said }) => {
    const webhook = await startWebhook();
    const name = failurePolicy.toLowerCase();
    const registration = { name, failurePolicy, resources: ['configmaps'] };
    await register(controlPlane(), webhook, registration, () => webhook.count('abatis_requests_total'));
    const exit = await webhook.stop();
    const created = await controlPlane().kubectl(['create', 'configmap', `while-down-${name}`]);
    await controlPlane().kubectl(['delete', 'validatingwebhookconfiguration', name]);

    expect(exit).toBe('exit 0');
    expect(created).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });
});
