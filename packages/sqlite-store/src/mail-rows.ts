import { type InstanceMessage, type JsonText, MAX_MAIL, type Mail } from '@dureq/types'
import { batchSql, type ListSql, listSql, runBatch, selectList } from './batch.ts'
import type { Connection, SqlValue } from './connection.ts'
import type { StoredInstance } from './stored-instance.ts'

/** A message with what its row has besides. */
export interface NewMail {
  readonly instance: number
  readonly n: number
  readonly at: number
  readonly message: InstanceMessage
  /** Number of the member whose output belongs to it. */
  readonly outputOf: number | null
}

const insertSql = batchSql({
  width: 5,
  sql: (rows) => `INSERT INTO mail (instance, n, at, body, output_of) VALUES ${rows}`,
})

/** Puts messages into mailboxes. */
export function insertMail(db: Connection, mail: readonly NewMail[]): void {
  const values = mail.flatMap(({ instance, n, at, message, outputOf }): SqlValue[] => [
    instance,
    n,
    at,
    JSON.stringify(message),
    outputOf,
  ])
  runBatch(db, insertSql, values)
}

/** Takes the messages away that came before a number. */
export function deleteMail(db: Connection, { seq, mailFrom }: StoredInstance): void {
  db.run('DELETE FROM mail WHERE instance = ? AND n < ?', [seq, mailFrom])
}

// As many as may be given of each: the numbers of the messages of an instance have no gaps.
const mailSql = (output: string, outputs: string): ListSql =>
  listSql(
    (list) => `SELECT m.instance, m.at, m.body, ${output}
      FROM instances i JOIN mail m ON m.instance = i.seq ${outputs}
      WHERE i.seq IN ${list} AND m.n < i.mail_from + ${MAX_MAIL} ORDER BY m.instance, m.n`,
  )
const wholeSql = mailSql('f.output', 'LEFT JOIN firings f ON f.seq = m.output_of')
const shortSql = mailSql('NULL', '')

/** The oldest messages of instances, by their number. */
export function readMail(
  db: Connection,
  instances: readonly StoredInstance[],
  withoutOutputs: boolean,
): ReadonlyMap<number, readonly Mail[]> {
  const bags = new Map<number, Mail[]>()
  const seqs = instances.map(({ seq }) => seq)
  for (const [instance, at, body, output] of selectList(db, withoutOutputs ? shortSql : wholeSql, seqs)) {
    const message = JSON.parse(body as string) as InstanceMessage
    const mail = { ...message, at: at as number }
    const bag = bags.get(instance as number)
    const whole = output === null || output === undefined ? mail : withOutput(mail, output as JsonText)
    if (bag === undefined) bags.set(instance as number, [whole])
    else bag.push(whole)
  }
  return bags
}

function withOutput(mail: Mail, output: JsonText): Mail {
  return mail.kind === 'jobEnded' ? { ...mail, output } : mail
}
