#pragma once

// JSON whole: described structs, and values of any shape.

#include "widgetstream/serde/json_serde.hpp"
#include "widgetstream/serde/json_value.hpp"
