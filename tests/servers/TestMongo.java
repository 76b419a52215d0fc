import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/** Arguments: the port on 127.0.0.1 and the file that keeps the data over a restart. */
public class TestMongo {
  public static void main(String[] args) {
    MongoServer server = new MongoServer(new H2Backend(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
  }
}
