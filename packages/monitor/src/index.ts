export type { AccessOptions, CheckedAccess } from './access/access-options.ts'
export { checkAccess } from './access/access-options.ts'
export { guard } from './access/guard.ts'
export { isLoopbackHost } from './access/loopback.ts'
export type { Access, Role } from './access/role.ts'
export type { AccessToken } from './access/token.ts'
export { hashToken } from './access/token.ts'
export { answerErrors, sendError } from './http/answer-errors.ts'
export type { ErrorBody } from './http/error-answer.ts'
export { monitorRouterOptions } from './http/router-options.ts'
export type { Metrics, MetricsOptions } from './metrics/metrics.ts'
export { createMetrics } from './metrics/metrics.ts'
export type { MonitorOptions } from './monitor-plugin.ts'
export { monitorPlugin } from './monitor-plugin.ts'
export type {
  OpenApiContent,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
} from './openapi/document.ts'
export { routesTable, schemasTable } from './openapi/routes-table.ts'
export type { DashboardOptions } from './pages/dashboard-plugin.ts'
export { dashboardPlugin } from './pages/dashboard-plugin.ts'
export { createLogRedactor } from './redaction/log-redactor.ts'
export type { Redactor } from './redaction/redactor.ts'
export { createRedactor } from './redaction/redactor.ts'
export type { RedactionRule } from './redaction/rules.ts'
