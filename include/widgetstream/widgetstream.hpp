#pragma once

// What most programs include: the DSL and the runtime.

#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/runtime/properties_file.hpp"
#include "widgetstream/runtime/signals.hpp"
#include "widgetstream/runtime/streams_config.hpp"
