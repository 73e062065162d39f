/** RFC 9110 §15: the outcome of a transfer, from the status of an answer <https://www.rfc-editor.org/rfc/rfc9110#section-15> */
import {parseDateTime} from '../../date-time.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {HttpResponse} from '../../http.ts'
import {TOO_LARGE_HINT} from '../../protocol/file/http-upload.ts'

/** @param sentence what the server refused, such as "example.com refused the upload" */
export function httpRefusal(
  {headers, reason, status}: HttpResponse,
  sentence: string,
  redirectHint?: string,
): Failure {
  const message = `${sentence} with status ${`${status} ${reason}`.trim()}`
  const refusal = (code: string, exitCode: number, hint?: string): Failure =>
    new Failure(code, message, exitCode, {stage: 'request', hint})
  if (status === 413) return refusal('too-large', EXIT.data, TOO_LARGE_HINT)
  if (status === 401 || status === 403) return refusal('forbidden', EXIT.noPermission)
  if (status >= 500 || status === 408 || status === 429) {
    const retryAfter = parseRetryAfter(headers['retry-after'])
    return refusal('http-unavailable', EXIT.temporary).with({retryAfter})
  }
  if (status >= 300 && status < 400) return refusal('redirected', EXIT.protocol, redirectHint)
  return refusal('http-refused', EXIT.unavailable)
}

/** RFC 9110 §10.2.3: seconds, or a date. Undefined for any other value. */
export function parseRetryAfter(value = '', now = Date.now()): string | undefined {
  const time = /^\d{1,9}$/.test(value) ? now + Number(value) * 1000 : Date.parse(value)
  return Number.isNaN(time) ? undefined : parseDateTime(new Date(time).toISOString())
}
