import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {renderRooms} from '../../output/room.ts'
import {
  checkRoomService,
  findRoomServices,
  type ListedRoom,
  listRooms,
} from '../../protocol/muc/service.ts'
import type {Iq} from '../../xml.ts'

export default class RoomList extends XmppCommand {
  static override summary = 'List the public rooms of a service'
  static override description =
    unwrap`Without an address, the command lists the rooms of all room services of the server. A service does not list
hidden rooms.`
  static override args = {
    service: Args.string({
      description: 'room service; default: the services of the server of the account',
      ignoreStdin: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com',
  ]

  async run(): Promise<{services: string[]; rooms: ListedRoom[]}> {
    const {args, flags} = await this.parse(RoomList)
    const service = args.service === undefined ? undefined : parseJid(args.service).bare
    const settings = await this.settings(flags)
    const result = await this.sessionWith(settings, flags, async ({iq}) => {
      const services = await servicesFor(iq, service, settings.jid.domain)
      const lists = await Promise.all(services.map((jid) => listRooms(iq, jid)))
      return {services, rooms: lists.flat()}
    })
    await this.text(await renderRooms(result.rooms, result.services, this.terminal()))
    return result
  }
}

async function servicesFor(iq: Iq, service: string | undefined, server: string): Promise<string[]> {
  if (service === undefined) return findRoomServices(iq, server)
  await checkRoomService(iq, service)
  return [service]
}
