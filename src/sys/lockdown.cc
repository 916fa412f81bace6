#include "sys/lockdown.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "sys/fd.h"
#include "sys/watched_calls.h"

namespace heddle::sys {
namespace {

constexpr int kOpenTreeAttr = 467;  // newer than libseccomp

// Calls that no program in a cell needs and that reach out of it, or have often been the way out of one.
constexpr int kRefused[] = {SCMP_SYS(ptrace),
                            SCMP_SYS(process_vm_readv),
                            SCMP_SYS(process_vm_writev),
                            SCMP_SYS(process_madvise),
                            SCMP_SYS(kcmp),
                            SCMP_SYS(pidfd_getfd),
                            SCMP_SYS(unshare),
                            SCMP_SYS(setns),
                            SCMP_SYS(mount),
                            SCMP_SYS(umount2),
                            SCMP_SYS(pivot_root),
                            SCMP_SYS(chroot),
                            SCMP_SYS(open_tree),
                            SCMP_SYS(move_mount),
                            SCMP_SYS(fsopen),
                            SCMP_SYS(fsconfig),
                            SCMP_SYS(fsmount),
                            SCMP_SYS(fspick),
                            SCMP_SYS(mount_setattr),
                            SCMP_SYS(name_to_handle_at),
                            SCMP_SYS(open_by_handle_at),
                            SCMP_SYS(bpf),
                            SCMP_SYS(perf_event_open),
                            SCMP_SYS(userfaultfd),
                            SCMP_SYS(io_uring_setup),
                            SCMP_SYS(io_uring_enter),
                            SCMP_SYS(io_uring_register),
                            SCMP_SYS(keyctl),
                            SCMP_SYS(add_key),
                            SCMP_SYS(request_key),
                            SCMP_SYS(init_module),
                            SCMP_SYS(finit_module),
                            SCMP_SYS(delete_module),
                            SCMP_SYS(kexec_load),
                            SCMP_SYS(kexec_file_load),
                            SCMP_SYS(reboot),
                            SCMP_SYS(swapon),
                            SCMP_SYS(swapoff),
                            SCMP_SYS(syslog),
                            SCMP_SYS(acct),
                            SCMP_SYS(quotactl),
                            SCMP_SYS(settimeofday),
                            SCMP_SYS(clock_settime),
                            SCMP_SYS(clock_adjtime),
                            SCMP_SYS(adjtimex),
                            SCMP_SYS(sethostname),
                            SCMP_SYS(setdomainname),
                            SCMP_SYS(iopl),
                            SCMP_SYS(ioperm),
                            SCMP_SYS(vhangup),
                            SCMP_SYS(personality),
                            SCMP_SYS(fanotify_init),
                            SCMP_SYS(lookup_dcookie),
                            SCMP_SYS(mbind),
                            SCMP_SYS(migrate_pages),
                            SCMP_SYS(move_pages),
                            SCMP_SYS(quotactl_fd),
                            kOpenTreeAttr};

constexpr uint64_t kNameSpaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
// What else a new process may not be: one that nobody traces.
constexpr uint64_t kRefusedClones = kNameSpaces | CLONE_UNTRACED;

// Commands of ioctl(2) that type on a terminal for its user.
constexpr uint64_t kTyping[] = {TIOCSTI, TIOCLINUX};

// Rules that refuse a call for some value of one argument, all in the form libseccomp wants them.
struct Refusal {
  int call;
  scmp_arg_cmp argument;
};

// Families are allowed one by one. Bits above the kernel's 32 make a number that is greater than all of them.
std::vector<Refusal> SocketRefusals(Sockets sockets) {
  if (sockets == Sockets::kUnix) return {{SCMP_SYS(socket), SCMP_A0(SCMP_CMP_NE, AF_UNIX)}};
  std::vector<Refusal> out = {{SCMP_SYS(socket), SCMP_A0(SCMP_CMP_LE, AF_UNIX)},
                              {SCMP_SYS(socket), SCMP_A0(SCMP_CMP_GT, AF_NETLINK)},
                              {SCMP_SYS(socketpair), SCMP_A0(SCMP_CMP_NE, AF_UNIX)}};
  for (uint64_t family = AF_INET + 1; family < AF_NETLINK; ++family) {
    if (family != AF_INET6) out.push_back({SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, family)});
  }
  // One end of a pair of datagram sockets could still send to any path.
  for (const uint64_t type : {SOCK_DGRAM, SOCK_RAW})
    out.push_back({SCMP_SYS(socketpair), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, type)});
  return out;
}

// Bits of which an open that changes something has at least one.
constexpr uint64_t kChanging[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};

// libseccomp skips calls that this machine does not have.
bool AddStop(scmp_filter_ctx filter, const WatchedCall& watched, Stops stops) {
  const uint32_t action = SCMP_ACT_TRACE(Tag(watched));
  if (OnlyForRoot(watched.watch) && stops != Stops::kAll) return true;
  const scmp_arg_cmp is = SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, watched.command);
  if (watched.command != 0) return ::seccomp_rule_add_array(filter, action, watched.call, 1, &is) == 0;
  if (watched.flags < 0 || stops == Stops::kAll)
    return ::seccomp_rule_add_array(filter, action, watched.call, 0, nullptr) == 0;
  return std::all_of(std::begin(kChanging), std::end(kChanging), [&](uint64_t bit) {
    const scmp_arg_cmp has = {static_cast<unsigned>(watched.flags), SCMP_CMP_MASKED_EQ, bit, bit};
    return ::seccomp_rule_add_array(filter, action, watched.call, 1, &has) == 0;
  });
}

int LandlockCall(int call, auto... arguments) { return static_cast<int>(::syscall(call, arguments...)); }

bool AllowBeneath(int rules, const char* path, uint64_t rights) {
  const Fd place(::open(path, O_PATH | O_CLOEXEC));
  if (!place) return errno == ENOENT;
  struct stat kind = {};
  if (::fstat(place.get(), &kind) == 0 && !S_ISDIR(kind.st_mode))
    rights &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE |
              (uint64_t{1} << 14);  // truncate
  const landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = place.get()};
  return LandlockCall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

Result<std::string> SeccompFilter(Sockets sockets, Stops stops) {
  const std::unique_ptr<void, void (*)(void*)> filter(::seccomp_init(SCMP_ACT_ALLOW), [](void* it) {
    if (it != nullptr) ::seccomp_release(it);
  });
  const auto refuse = [&](int call, uint32_t action) {
    return ::seccomp_rule_add_exact_array(filter.get(), action, call, 0, nullptr) == 0;
  };
  bool good = filter != nullptr;
  for (const int call : kRefused) good = good && refuse(call, SCMP_ACT_ERRNO(EPERM));
  good = good && refuse(SCMP_SYS(clone3), SCMP_ACT_ERRNO(ENOSYS));
  std::vector<Refusal> refusals = SocketRefusals(sockets);
  for (uint64_t bit = 1; bit != 0 && bit <= kRefusedClones; bit <<= 1) {
    if ((kRefusedClones & bit) != 0) refusals.push_back({SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit)});
  }
  for (const uint64_t typing : kTyping)
    refusals.push_back({SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, typing)});
  for (const auto& [call, argument] : refusals)
    good = good && ::seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 1, &argument) == 0;
  if (stops != Stops::kNone) {
    for (const WatchedCall& watched : WatchedCalls()) good = good && AddStop(filter.get(), watched, stops);
    // A tree of comparisons instead of a list: every call passes them.
    good = good && ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
  }
  const Fd file(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!good || !file || ::seccomp_export_bpf(filter.get(), file.get()) != 0)
    return Error{Code::kUnavailable, "libseccomp cannot make the filter of system calls for this machine"};
  std::string out(static_cast<size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  if (::pread(file.get(), out.data(), out.size(), 0) != static_cast<ssize_t>(out.size()))
    return Error{Code::kUnavailable, "the filter of system calls cannot be read back"};
  return out;
}

int LandlockVersion() {
  const int version = LandlockCall(SYS_landlock_create_ruleset, nullptr, size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : version;
}

bool RestrictPaths(const char* const* writable, size_t count) {
  const int version = LandlockVersion();
  if (version == 0) return true;
  // Bits 0 to 12 came with version 1, 13 (refer) with 2, 14 (truncate) with 3, 15 (ioctl) with 5.
  const uint64_t all = (uint64_t{1} << (version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13)) - 1;
  const uint64_t look = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  const landlock_ruleset_attr handled = {.handled_access_fs = all};
  const Fd rules(LandlockCall(SYS_landlock_create_ruleset, &handled, sizeof(handled.handled_access_fs), 0));
  if (!rules || !AllowBeneath(rules.get(), "/", look)) return false;
  for (size_t i = 0; i < count; ++i) {
    if (!AllowBeneath(rules.get(), writable[i], all)) return false;
  }
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && LandlockCall(SYS_landlock_restrict_self, rules.get(), 0) == 0;
}

bool DropPrivileges(const std::string& filter) {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct none[2] = {};
  for (int capability = 0; capability < 64; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) return false;
  }
  if (::syscall(SYS_capset, &header, none) != 0) return false;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (filter.empty()) return true;
  const sock_fprog program = {.len = static_cast<unsigned short>(filter.size() / sizeof(sock_filter)),
                              .filter = reinterpret_cast<sock_filter*>(const_cast<char*>(filter.data()))};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

}  // namespace heddle::sys
