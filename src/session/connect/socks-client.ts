/** The package socks, which the program loads when it is needed. In the build, a package that is CommonJS needs this module to have named exports. */
export {SocksClient} from 'socks'
