package widgetstream.compat;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Arguments: topology, application id, bootstrap servers, state directory, then settings as name=value; leave-group=false
 * keeps the member in its group when it ends. Says "running" on standard output when it is, and ends on SIGTERM: with 0
 * when all went well.
 */
public final class ExchangeApp {
    private ExchangeApp() { }

    public static void main(String[] arguments) throws InterruptedException {
        final String application = arguments[1];
        final Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[2]);
        config.put(StreamsConfig.STATE_DIR_CONFIG, arguments[3]);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "100");
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        for (int i = 4; i < arguments.length; i++) {
            final String[] setting = arguments[i].split("=", 2);
            config.put(setting[0], setting[1]);
        }
        final boolean leave = !"false".equals(config.remove("leave-group"));

        final StreamsBuilder builder = new StreamsBuilder();
        Topologies.define(arguments[0], builder, application);
        run(new KafkaStreams(builder.build(config), config), leave);
    }

    private static void run(KafkaStreams streams, boolean leave) throws InterruptedException {
        final CountDownLatch ended = new CountDownLatch(1);
        final AtomicBoolean failed = new AtomicBoolean();
        streams.setUncaughtExceptionHandler(exception -> {
            exception.printStackTrace();
            failed.set(true);
            ended.countDown();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) System.out.println("running");
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            final boolean closed = streams.close(CloseOptions.timeout(Duration.ofSeconds(30))
                .withGroupMembershipOperation(leave
                    ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                    : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            // The virtual machine would say 143 for the signal.
            Runtime.getRuntime().halt(closed && !failed.get() ? 0 : 1);
        }));
        streams.start();
        ended.await();
        System.exit(1);
    }
}
