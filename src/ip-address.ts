/** Tells the IP addresses of hosts from their names. */
import {isIPv4, isIPv6} from 'node:net'

/**
 * Whether a host is an IP address, and not a name. Node tests for IPv6 with a regular expression that takes 10 ms to
 * compile; a name has no colon.
 */
export const isIpAddress = (host: string): boolean => isIPv4(host) || isIpv6Address(host)

export const isIpv6Address = (host: string): boolean => host.includes(':') && isIPv6(host)

/** The host of a URI (RFC 3986 §3.2.2): an IPv6 address is in brackets. */
export const uriHost = (host: string): string => (isIpv6Address(host) ? `[${host}]` : host)
