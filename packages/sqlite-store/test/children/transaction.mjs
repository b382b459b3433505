// A process of its own that changes a file in one transaction: `node transaction.mjs <file> <sql>`. It tells `begun` when
// the change is made but not committed, commits when it is told to, and tells `committed`.
import Database from 'libsql'

const [path, sql] = process.argv.slice(2)
const database = new Database(path)
database.exec('PRAGMA busy_timeout = 5000')
database.exec('BEGIN IMMEDIATE')
database.exec(sql)
process.on('message', () => {
  database.exec('COMMIT')
  process.send('committed', () => process.disconnect())
})
process.send('begun')
