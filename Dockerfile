# A dureq node: docker build --tag dureq .

FROM node:22-bookworm-slim AS build
WORKDIR /src
# In layers that stay as long as the lock file does: pnpm, in the version package.json pins, and every dependency.
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
RUN npm install --global "$(node --print 'require("./package.json").packageManager')" && pnpm fetch --prod
COPY . .
RUN pnpm install --offline --frozen-lockfile --prod --filter . --filter '@dureq/server...'
RUN pnpm --filter-prod '@dureq/server...' run build
RUN pnpm --filter @dureq/server --prod --offline deploy /app

FROM node:22-bookworm-slim
WORKDIR /app
RUN install --directory --owner node --group node /data
COPY --from=build /app /app
# Others reach the node, so it does not start without a token (DUREQ_API_TOKEN, or DUREQ_API_TOKEN_FILE).
ENV NODE_ENV=production DUREQ_HOST=0.0.0.0 DUREQ_PORT=8080 DUREQ_SQLITE_PATH=/data/dureq.db
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.DUREQ_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/main.js"]
