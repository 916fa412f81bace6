// The configuration of `heddle serve` (serve.toml, docs/serve.md) as the server's settings. Only this file knows its
// format; without a file, the models of this machine are served.
#pragma once

#include <string>

#include "cli/app.h"
#include "serve/server.h"

namespace heddle::cli {

// Errors name the file, and the line or the table.
Result<serve::ServerSettings> LoadServeConfig(const App& app, const std::string& path, bool must_exist);

// "127.0.0.1:8417", "[::1]:80", ":8417".
Result<> ReadListen(std::string_view text, net::ServerOptions& out);

std::string ServeConfigFile();

}  // namespace heddle::cli
