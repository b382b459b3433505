import { nameLimits } from '@dureq/types'

/**
 * What Fastify's option `routerOptions` is to be given, so that every name can stand in a path: by itself it finds no route
 * for one of more than 100 characters.
 */
export const monitorRouterOptions: { readonly maxParamLength: number } = {
  maxParamLength: nameLimits.workflowTask,
}
