import { spawn } from 'node:child_process'

/** A program under test, with what it has printed so far. */
export interface Program {
  /** Everything it has printed, errors included. */
  readonly output: string
  /** Its exit code, or the name of the signal that ended it; its output is complete by then. */
  readonly ended: Promise<number | string>
  /** Resolves when the text has been printed; rejects when the program ends without it. */
  printed(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
}

/** How a program is run. */
export interface ProgramOptions {
  /** Its working directory. */
  readonly cwd: string
  /** Added to the environment of the test. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a program with arguments, as a user would from a shell. */
export function startProgram(command: string, args: readonly string[], options: ProgramOptions): Program {
  const env = { ...inherited(), ...options.env }
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const listeners = new Set<() => void>()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  return {
    get output() {
      return output
    },
    ended,
    printed(text) {
      const seen = new Promise<void>((resolve) => {
        const look = (): void => {
          if (!output.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      })
      const tooLate = ended.then((how) => {
        if (!output.includes(text)) throw new Error(`ended with ${how} before it printed ${text}:\n${output}`)
      })
      return Promise.race([seen, tooLate])
    },
    signal: (name) => void child.kill(name),
  }
}

/** The environment of the test, but for what would configure a server, or how long tests are. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DUREQ_')))
}

/** Runs a program to its end and returns what it printed; throws unless its exit code is 0. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  const program = startProgram(command, args, options)
  const how = await program.ended
  if (how !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${how}:\n${program.output}`)
  return program.output
}
