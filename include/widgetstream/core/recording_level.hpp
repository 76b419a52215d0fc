#pragma once

namespace widgetstream {

/// How much is measured (metrics.recording.level): info costs next to nothing, debug adds latencies of tasks and stores.
enum class RecordingLevel { info, debug, trace };

}  // namespace widgetstream
