// What models give beside chats: vectors of texts, and what stands between two texts.
#pragma once

#include "cli/app.h"

namespace heddle::cli {

int EmbedTexts(App& app, const Arguments& arguments);
int FillBetween(App& app, const Arguments& arguments);

}  // namespace heddle::cli
