export { type ConfigurationOptions, type Target, webhookConfigurationsOf } from './configuration.ts';
export { type PlannedWebhook, type PlanOptions, planRegistration, type RegistrationPlan } from './plan.ts';
