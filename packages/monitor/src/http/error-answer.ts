import {
  BatchItemNotFoundError,
  BatchNotFoundError,
  DuplicateJobError,
  DureqError,
  type Fault,
  InvalidBatchStatusError,
  InvalidJobStatusError,
  InvalidWorkflowStatusError,
  OwnedJobError,
  OwnedWorkflowError,
  StoreUnavailableError,
  TaskNotFoundError,
  ValidationError,
  WorkflowNotFoundError,
} from '@dureq/types'
import { refusalOfJob } from './job-refusal.ts'

/** The body of every answer that is an error. */
export interface ErrorBody {
  /** For people. */
  readonly error: string
  /** For programs: a kebab-case word that never changes. */
  readonly code: string
  /** Every field that is wrong, when fields are. */
  readonly fields?: readonly Fault[]
  /** With `duplicate-job`: the job that holds the unique key. */
  readonly existing_job_id?: string
  /** With `owned-job` and `owned-workflow`: the workflow or batch to ask instead. */
  readonly owner_id?: string
  /** With `store-unavailable`: whether the request may have taken effect although no answer came. */
  readonly may_have_happened?: boolean
  /** With `internal`: what to look for in the log. Every answer has it in the header `x-request-id`. */
  readonly request_id?: string
}

/** Status and body of an answer that is an error. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: ErrorBody
}

/** The answer to whatever went wrong while a request was served. What is not known becomes a 500 without details. */
export function answerTo(error: unknown): ErrorAnswer {
  const answer = DureqError.is(error) ? answerToDureq(error) : answerToFastify(error)
  return answer ?? { status: 500, body: { error: 'internal error', code: 'internal' } }
}

function answerToDureq(error: DureqError): ErrorAnswer | undefined {
  const body = { error: error.message, code: error.code }
  if (ValidationError.is(error)) {
    return { status: error.code === 'size-limit' ? 413 : 400, body: { ...body, fields: error.fields } }
  }
  if (InvalidJobStatusError.is(error)) {
    const { status, text } = refusalOfJob(error)
    return { status, body: { ...body, error: text } }
  }
  if (DuplicateJobError.is(error))
    return { status: 409, body: { ...body, existing_job_id: error.existingJobId } }
  if (OwnedJobError.is(error) || OwnedWorkflowError.is(error))
    return { status: 409, body: { ...body, owner_id: error.ownerId } }
  if (StoreUnavailableError.is(error)) {
    return { status: 503, body: { ...body, may_have_happened: error.mayHaveHappened } }
  }
  const ofInstance = answerAboutWorkflow(error) ?? answerAboutBatch(error)
  if (ofInstance !== undefined) return ofInstance
  const status = statuses.get(error.code)
  if (status !== 404) return status === undefined ? undefined : { status, body }
  // As the Go implementation begins: with the thing that is not there.
  return { status, body: { ...body, error: error.message.replace(/^dureq: /, '') } }
}

const statuses: ReadonlyMap<string, number> = new Map([
  ['job-not-found', 404],
  ['run-not-found', 404],
  ['schedule-not-found', 404],
  ['invalid-schedule', 409],
  ['workflow-ended', 409],
  ['duplicate-signal', 409],
  ['signals-full', 409],
  ['queue-full', 429],
  ['cross-partition-keys', 400],
  ['cyclic-dependency', 400],
  ['store-full', 503],
  ['server-stopped', 503],
])

/** What the Go implementation says of workflows, to the letter. */
function answerAboutWorkflow(error: DureqError): ErrorAnswer | undefined {
  const { code } = error
  if (InvalidWorkflowStatusError.is(error)) {
    const { status, text } = refusalOf('workflow', error)
    return { status, body: { error: text, code } }
  }
  if (WorkflowNotFoundError.is(error))
    return { status: 404, body: { error: `workflow not found: ${error.workflowId}`, code } }
  if (TaskNotFoundError.is(error))
    return { status: 404, body: { error: `task not found: ${error.task}`, code } }
  return undefined
}

/** The same of batches. */
function answerAboutBatch(error: DureqError): ErrorAnswer | undefined {
  const { code } = error
  if (InvalidBatchStatusError.is(error)) {
    const { status, text } = refusalOf('batch', error)
    return { status, body: { error: text, code } }
  }
  if (BatchNotFoundError.is(error))
    return { status: 404, body: { error: `batch not found: ${error.batchId}`, code } }
  if (BatchItemNotFoundError.is(error))
    return { status: 404, body: { error: 'batch item result not found', code } }
  return undefined
}

function refusalOf(
  what: 'workflow' | 'batch',
  { verb, status }: Pick<InvalidWorkflowStatusError, 'verb' | 'status'>,
): { readonly status: number; readonly text: string } {
  switch (verb) {
    case 'cancel':
      return { status: 400, text: `${what} is already in terminal state` }
    case 'suspend':
      return { status: 400, text: `can only suspend running ${what}s` }
    case 'resume':
      return { status: 400, text: `can only resume suspended ${what}s` }
    case 'retry':
      return { status: 409, text: `cannot retry: ${what} is ${status} (only failed/cancelled)` }
    case 'append to':
      return { status: 409, text: `cannot append: ${what} is ${status}` }
    default:
      return { status: 409, text: `cannot ${verb}: ${what} is ${status} (cancel it first)` }
  }
}

const fastifyCodes: ReadonlyMap<unknown, string> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'size-limit'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported-media-type'],
])

/** What Fastify itself refuses is the fault of the request, and says so with a status below 500. */
function answerToFastify(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined
  const { statusCode: status, code, message } = error
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined
  return { status, body: { error: message, code: fastifyCodes.get(code) ?? 'bad-request' } }
}
