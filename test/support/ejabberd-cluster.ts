/** Two nodes of ejabberd in one cluster on loopback <https://docs.ejabberd.im/admin/guide/clustering/> */
import {setTimeout as sleep} from 'node:timers/promises'
import {newAuthority} from './certificates.ts'
import {callEjabberd, type ErlangNode, nodeName, startEjabberd} from './ejabberd.ts'
import {freePort} from './ports.ts'
import type {ServerOptions, TestServer} from './server.ts'

export interface Cluster {
  /** Both have the accounts and messages. */
  nodes: [TestServer, TestServer]
  stop(): Promise<void>
}

/** The command returns before the node has joined; joining restarts its ejabberd. */
const hasRestarted = (node: TestServer): boolean =>
  node.log().split(' is started in the node ').length > 2

export async function startCluster({users = [], ...options}: ServerOptions = {}): Promise<Cluster> {
  const port = await freePort()
  const authority = newAuthority()
  const start = (node: ErlangNode): Promise<TestServer> =>
    startEjabberd({...options, authority, node})
  const names: [ErlangNode, ErlangNode] = [
    {address: '127.0.0.1', port},
    {address: '127.0.0.2', port},
  ]
  const first = await start(names[0])
  const second = await start(names[1]).catch(async (error) => {
    await first.stop()
    throw error
  })
  const stop = async (): Promise<void> => {
    await Promise.all([first.stop(), second.stop()])
  }
  try {
    await callEjabberd(first, 'join_cluster_here', {node: nodeName(names[1])})
    while (!hasRestarted(second)) await sleep(50) // mocha's timeout is the limit
    await first.addUsers(users)
  } catch (error) {
    await stop()
    throw error
  }
  return {nodes: [first, second], stop}
}
