/** The HTTPS requests of services. */
import type {IncomingHttpHeaders} from 'node:http'
import type {Readable} from 'node:stream'

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'PUT'
  url: URL
  /** Several values of one header are sent in their order. */
  headers?: Record<string, string | string[]>
  body?: HttpBody
  signal: AbortSignal
}

export interface HttpBody {
  /** In bytes. */
  size: number
  /** Its failure is that of the request. It is destroyed in the end. */
  stream: Readable
}

export interface HttpResponse {
  status: number
  reason: string
  headers: IncomingHttpHeaders
  /** Must be read to its end, or destroyed. An error is a `Failure`. */
  body: Readable
}

export interface HttpClient {
  /**
   * Resolves with any answer; redirects are not followed. Rejects with exit status 75 if the connection failed, and with
   * `unknown-outcome` if it was lost after the whole body was written.
   */
  request(request: HttpRequest): Promise<HttpResponse>
}

/** Undefined for an address that is not `https:`, and for one with a user name or password. */
export function parseHttpsUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'https:' && !url.username && !url.password ? url : undefined
}
