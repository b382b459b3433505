import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.mjs'
import { startServer } from './server-process.mjs'

const DEBIAN = '/usr/lib/postgresql'
const USER = 'bench'

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  synchronous_commit: 'off',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  max_connections: '200',
}

/** What was set, for the page. */
export const postgresSettings =
  '`synchronous_commit=off`, `shared_buffers=512MB`, `max_wal_size=4GB`; every commit survives the process, not a power cut'

/**
 * Starts a PostgreSQL cluster of our own.
 *
 * @returns {Promise<PostgresServer | undefined>} undefined where PostgreSQL is not installed.
 *
 * @typedef {object} PostgresServer
 * @property {string} url
 * @property {string} version
 * @property {() => Promise<void>} empty
 * @property {() => Promise<void>} stop
 */
export async function startPostgres() {
  const bin = findBinaries()
  if (bin === undefined) return undefined
  const owner = ownerOfCluster()
  const dir = mkdtempSync(join(tmpdir(), 'dureq-bench-postgres-'))
  initialize(bin, dir, owner)

  const port = await freePort()
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { connection, stop } = await startServer(
    {
      command: join(bin, 'postgres'),
      args: ['-D', join(dir, 'data'), '-p', String(port), ...options],
      dir,
      owner,
      endSignal: 'SIGQUIT', // at once: its data ends with it
    },
    () => connect(port),
  )
  const { rows } = await connection.query('show server_version')
  return {
    url: urlOf(port, 'bench'),
    version: rows[0].server_version.split(' ')[0],
    async empty() {
      await connection.query('drop database if exists bench with (force)')
      await connection.query('create database bench')
    },
    async stop() {
      await connection.end()
      await stop()
    },
  }
}

/** @returns {string | undefined} the directory of the newest binaries, or those on the path. */
function findBinaries() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : []
  const onPath = (process.env.PATH ?? '').split(delimiter)
  const places = [...onPath, ...versions.map((version) => join(DEBIAN, version, 'bin'))]
  return places.find((place) => ['initdb', 'postgres'].every((name) => existsSync(join(place, name))))
}

/** PostgreSQL refuses to run as root. */
function ownerOfCluster() {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((which) =>
        Number(execFileSync('id', [which, name], { stdio: 'pipe' })),
      )
      if (uid !== undefined && gid !== undefined) return { uid, gid }
    } catch {
      // no such user: the next one
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody')
}

/**
 * @param {string} bin
 * @param {string} dir
 * @param {{ uid: number, gid: number } | undefined} owner
 */
function initialize(bin, dir, owner) {
  const how = ['--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync', '--no-instructions']
  try {
    if (owner !== undefined) chownSync(dir, owner.uid, owner.gid)
    const args = ['-D', join(dir, 'data'), '-U', USER, ...how]
    execFileSync(join(bin, 'initdb'), args, { cwd: dir, stdio: 'pipe', ...owner })
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

/** @param {number} port */
async function connect(port) {
  const client = new pg.Client({ connectionString: urlOf(port, 'postgres') })
  client.on('error', () => {}) // it is told of the end of the server, too
  await client.connect()
  return client
}

/**
 * @param {number} port
 * @param {string} database
 */
const urlOf = (port, database) => `postgres://${USER}@127.0.0.1:${port}/${database}`
