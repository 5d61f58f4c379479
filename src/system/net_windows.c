/*
** Sockets of the net, and the library itself, on Windows.
*/
#include "net.h"

#include "module.h"

#if defined(_WIN32)


int net_open (int family, int type, int protocol)
{
  SOCKET opened = WSASocketW(family, type, protocol, NULL, 0,
                             WSA_FLAG_OVERLAPPED
                             | WSA_FLAG_NO_HANDLE_INHERIT);
  return opened == INVALID_SOCKET ? -1 : (int)opened;
}


void module_pin (const void *address)
{
  HMODULE self;
  GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN
                     | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     (const char *)address, &self);
}

#endif
