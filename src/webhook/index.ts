export { webhookApp } from './app.ts';
export type { Denial } from './denial.ts';
export type { Emergency } from './emergency.ts';
export type { Log } from './log.ts';
export { type Metrics, webhookMetrics } from './metrics.ts';
export type {
  FactFinder,
  NamespaceSource,
  ReadinessCheck,
  ReviewDocument,
  WebhookOptions,
} from './options.ts';
export { type ReadReview, readReview } from './review.ts';
