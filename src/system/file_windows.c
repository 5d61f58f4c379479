/*
** Files by descriptor, on Windows: the C library's descriptors for handles of
** the system, whose failures are told as an errno. Names are in the process's
** code page, as those of Lua's own io library are.
*/
#include "file.h"

#if defined(_WIN32)
#include <errno.h>
#include <io.h>
#include <windows.h>

#define SINCE_1601 116444736000000000LL     /* of 1970, times 100 ns */


static int error_of (DWORD code)
{
  switch (code) {
    case ERROR_FILE_NOT_FOUND: case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME: case ERROR_BAD_PATHNAME: return ENOENT;
    case ERROR_ACCESS_DENIED: case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: return EACCES;
    case ERROR_INVALID_HANDLE: return EBADF;
    case ERROR_TOO_MANY_OPEN_FILES: return EMFILE;
    case ERROR_NOT_ENOUGH_MEMORY: return ENOMEM;
    case ERROR_DISK_FULL: return ENOSPC;
    default: return EIO;
  }
}


static int fail (void)
{
  errno = error_of(GetLastError());
  return -1;
}


static HANDLE handle_of (int descriptor)
{
  return (HANDLE)_get_osfhandle(descriptor);
}


static bool is_folder (const char *path)
{
  DWORD found = GetFileAttributesA(path);
  return found != INVALID_FILE_ATTRIBUTES
      && (found & FILE_ATTRIBUTE_DIRECTORY) != 0;
}


int file_open (const char *path)
{
  int descriptor;
  HANDLE handle = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ
                              | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  if (handle == INVALID_HANDLE_VALUE) {
    fail();
    if (is_folder(path))
      errno = EISDIR;
    return -1;
  }
  descriptor = _open_osfhandle((intptr_t)handle, _O_RDONLY | _O_BINARY
                                                 | _O_NOINHERIT);
  if (descriptor < 0)
    CloseHandle(handle);
  return descriptor;
}


/* A file of its own, since to read one moves the place of all that share it;
** what is no file on a disk cannot be that. */
static HANDLE open_again (HANDLE handle)
{
  HANDLE copy = INVALID_HANDLE_VALUE, self = GetCurrentProcess();
  if (GetFileType(handle) == FILE_TYPE_DISK)
    return ReOpenFile(handle, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE
                                            | FILE_SHARE_DELETE, 0);
  DuplicateHandle(self, handle, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
  return copy;
}


int file_duplicate (int descriptor)
{
  int copy;
  HANDLE handle = handle_of(descriptor);
  if (GetFileType(handle) == FILE_TYPE_DISK && !file_is_readable(descriptor)) {
    errno = EBADF;
    return -1;
  }
  handle = open_again(handle);
  if (handle == INVALID_HANDLE_VALUE)
    return fail();
  copy = _open_osfhandle((intptr_t)handle, _O_RDONLY | _O_BINARY
                                           | _O_NOINHERIT);
  if (copy < 0)
    CloseHandle(handle);
  return copy;
}


/* To read no bytes wants the right to read. */
bool file_is_readable (int descriptor)
{
  char byte;
  DWORD got;
  return ReadFile(handle_of(descriptor), &byte, 0, &got, NULL);
}


static struct timespec time_of (FILETIME changed)
{
  struct timespec at;
  long long ticks = ((long long)changed.dwHighDateTime << 32)
                  + changed.dwLowDateTime - SINCE_1601;
  at.tv_sec = ticks / 10000000;
  at.tv_nsec = (long)(ticks % 10000000) * 100;
  return at;
}


int file_look (int descriptor, struct file_status *status)
{
  HANDLE handle = handle_of(descriptor);
  BY_HANDLE_FILE_INFORMATION found;
  if (GetFileType(handle) != FILE_TYPE_DISK) {
    status->st_mode = S_IFIFO;
    return 0;
  }
  if (!GetFileInformationByHandle(handle, &found))
    return fail();
  status->st_mode = S_IFREG;
  status->st_size = ((long long)found.nFileSizeHigh << 32)
                  + found.nFileSizeLow;
  status->st_mtim = time_of(found.ftLastWriteTime);
  return 0;
}


ssize_t file_read (int descriptor, void *to, size_t most, long long position)
{
  OVERLAPPED at;
  DWORD got = 0;
  memset(&at, 0, sizeof(at));
  at.Offset = (DWORD)position;
  at.OffsetHigh = (DWORD)(position >> 32);
  if (most > 0x40000000)
    most = 0x40000000;
  if (!ReadFile(handle_of(descriptor), to, (DWORD)most, &got, &at)
      && GetLastError() != ERROR_HANDLE_EOF)
    return fail();
  return (ssize_t)got;
}


int file_replace (const char *from, const char *to)
{
  return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING
                               | MOVEFILE_COPY_ALLOWED) ? 0 : fail();
}

#endif
