#include "sys/watched_calls.h"

#include <linux/fs.h>
#include <seccomp.h>

namespace heddle::sys {
namespace {

// Newer than libseccomp; calls from 424 on have the same number on every machine.
constexpr int kFchmodat2 = 452, kSetxattrat = 463, kRemovexattrat = 466, kFileSetattr = 469;

constexpr WatchedCall kCalls[] = {
    {SCMP_SYS(open), Watch::kOpen, 0, 1},
    {SCMP_SYS(openat), Watch::kOpen, 1, 2},
    {SCMP_SYS(openat2), Watch::kWrite, 1},
    {SCMP_SYS(creat), Watch::kWrite, 0},
    {SCMP_SYS(mkdir), Watch::kChange, 0},
    {SCMP_SYS(mkdirat), Watch::kChange, 1},
    {SCMP_SYS(mknod), Watch::kChange, 0},
    {SCMP_SYS(mknodat), Watch::kChange, 1},
    {SCMP_SYS(unlink), Watch::kChange, 0},
    {SCMP_SYS(unlinkat), Watch::kChange, 1},
    {SCMP_SYS(rmdir), Watch::kChange, 0},
    {SCMP_SYS(symlink), Watch::kChange, 1},
    {SCMP_SYS(symlinkat), Watch::kChange, 2},
    {SCMP_SYS(chmod), Watch::kMode, 0},
    {SCMP_SYS(fchmod), Watch::kMode, kNoPath},
    {SCMP_SYS(fchmodat), Watch::kMode, 1},
    {kFchmodat2, Watch::kMode, 1},
    {SCMP_SYS(truncate), Watch::kWrite, 0},
    {SCMP_SYS(utime), Watch::kChange, 0},
    {SCMP_SYS(utimes), Watch::kChange, 0},
    {SCMP_SYS(futimesat), Watch::kChange, 1},
    {SCMP_SYS(utimensat), Watch::kChange, 1},
    {SCMP_SYS(setxattr), Watch::kAttribute, 0},
    {SCMP_SYS(lsetxattr), Watch::kAttribute, 0},
    {SCMP_SYS(fsetxattr), Watch::kAttribute, kNoPath},
    {SCMP_SYS(removexattr), Watch::kChange, 0},
    {SCMP_SYS(lremovexattr), Watch::kChange, 0},
    {SCMP_SYS(fremovexattr), Watch::kChange, kNoPath},
    {kSetxattrat, Watch::kAttribute, 1},
    {kRemovexattrat, Watch::kChange, 1},
    {SCMP_SYS(ioctl), Watch::kFlags, kNoPath, -1, FS_IOC_SETFLAGS},
    {SCMP_SYS(ioctl), Watch::kFlags, kNoPath, -1, FS_IOC_FSSETXATTR},
    {kFileSetattr, Watch::kFlags, 1},
    {SCMP_SYS(chown), Watch::kOwner, 0},
    {SCMP_SYS(lchown), Watch::kOwner, 0},
    {SCMP_SYS(fchown), Watch::kOwner, kNoPath},
    {SCMP_SYS(fchownat), Watch::kOwner, 1},
    {SCMP_SYS(rename), Watch::kMove, 0},
    {SCMP_SYS(renameat), Watch::kMove, 1},
    {SCMP_SYS(renameat2), Watch::kMove, 1},
    {SCMP_SYS(link), Watch::kLink, 0},
    {SCMP_SYS(linkat), Watch::kLink, 1},
    {SCMP_SYS(connect), Watch::kConnect, kNoPath},
    {SCMP_SYS(access), Watch::kAccess, 0},
    {SCMP_SYS(faccessat), Watch::kAccess, 1},
    {SCMP_SYS(faccessat2), Watch::kAccess, 1},
    {SCMP_SYS(stat), Watch::kLook, 0},
    {SCMP_SYS(lstat), Watch::kLook, 0},
    {SCMP_SYS(newfstatat), Watch::kLook, 1},
    {SCMP_SYS(statx), Watch::kLook, 1},
    {SCMP_SYS(readlink), Watch::kLook, 0},
    {SCMP_SYS(readlinkat), Watch::kLook, 1},
    {SCMP_SYS(chdir), Watch::kLook, 0},
    {SCMP_SYS(fchdir), Watch::kLook, kNoPath},
    {SCMP_SYS(getxattr), Watch::kLook, 0},
    {SCMP_SYS(lgetxattr), Watch::kLook, 0},
    {SCMP_SYS(setuid), Watch::kIdentity, kNoPath},
    {SCMP_SYS(setgid), Watch::kIdentity, kNoPath},
    {SCMP_SYS(setreuid), Watch::kIdentity, kNoPath},
    {SCMP_SYS(setregid), Watch::kIdentity, kNoPath},
    {SCMP_SYS(setresuid), Watch::kIdentity, kNoPath},
    {SCMP_SYS(setresgid), Watch::kIdentity, kNoPath},
    {SCMP_SYS(setgroups), Watch::kIdentity, kNoPath},
};

}  // namespace

std::span<const WatchedCall> WatchedCalls() { return kCalls; }

}  // namespace heddle::sys
