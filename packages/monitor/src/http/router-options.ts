/**
 * What Fastify's option `routerOptions` is to be given, so that every name can stand in a path: by itself it finds no route
 * for one of more than 100 characters. A name that is too long gets as far as its own check, which says so; no request line
 * is longer than this.
 */
export const monitorRouterOptions: { readonly maxParamLength: number } = { maxParamLength: 16 * 1024 }
