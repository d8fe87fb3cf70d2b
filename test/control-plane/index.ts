/** A real kube-apiserver and etcd for the end-to-end tests: where they come from, how they run. */
export type { ApiServerOptions } from './api-server.ts';
export { type Binaries, type Found, findBinaries } from './binaries.ts';
export { obtainBinaries } from './builder.ts';
export { createAuthority, type User } from './certificates.ts';
export { type ApiClient, type ApiRequest, type ApiResponse, createClient } from './client.ts';
export { type AuditEvent, administrator, type ControlPlane, startControlPlane } from './control-plane.ts';
export { type Keeper, startKeeper } from './keeping.ts';
export { discoverKinds, type KindRow, mergeKinds } from './kinds.ts';
export type { KubectlOptions, KubectlResult } from './kubectl.ts';
export { type OpenApiTable, readOpenApi } from './openapi-table.ts';
export { freePorts } from './ports.ts';
export { retiredKinds } from './retired-kinds.ts';
export { describeWithControlPlane, type Suite, type SuiteOptions } from './suite.ts';
export { atLeast } from './version.ts';
