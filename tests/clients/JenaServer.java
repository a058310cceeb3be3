// Apache Jena behind the SPARQL 1.1 Protocol and the Graph Store Protocol, as far as a push and questions need them: Debian has Jena's
// libraries, and not Fuseki. java -cp CLASSPATH JenaServer.java PORT FOLDER
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.core.DatasetDescription;
import org.apache.jena.sparql.core.DynamicDatasets;
import org.apache.jena.system.Txn;
import org.apache.jena.tdb2.TDB2Factory;
import org.apache.jena.update.UpdateAction;

public class JenaServer {
  static final String JSON = "application/sparql-results+json", TRIPLES = "application/n-triples";
  static Dataset held;

  record Answer(int status, String type, byte[] body) {
    static Answer of(int status, String text) {
      return new Answer(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
  }

  interface Handler {
    Answer handle(HttpExchange asked, byte[] body) throws Exception;
  }

  public static void main(String[] arguments) throws IOException {
    held = TDB2Factory.connectDataset(arguments[1]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
    serve(server, "/query", (asked, body) -> answered(fields(asked, body)));
    serve(server, "/update", (asked, body) -> updated(new String(body, StandardCharsets.UTF_8)));
    serve(server, "/data", (asked, body) -> stored(asked, body));
    server.start();
  }

  static void serve(HttpServer server, String path, Handler handler) {
    server.createContext(path, asked -> {
      Answer answer;
      try {
        answer = handler.handle(asked, asked.getRequestBody().readAllBytes());
      } catch (Exception error) {
        answer = Answer.of(400, String.valueOf(error));
      }
      if (answer.type() != null) asked.getResponseHeaders().set("Content-Type", answer.type());
      asked.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      asked.getResponseBody().write(answer.body());
      asked.close();
    });
  }

  static Map<String, List<String>> fields(HttpExchange asked, byte[] body) {
    String query = asked.getRequestURI().getRawQuery();
    String text = (query == null ? "" : query + "&") + new String(body, StandardCharsets.UTF_8);
    Map<String, List<String>> found = new HashMap<>();
    for (String pair : text.split("&")) {
      String[] sides = pair.split("=", 2);
      String value = sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8);
      found.computeIfAbsent(sides[0], name -> new ArrayList<>()).add(value);
    }
    return found;
  }

  static Answer answered(Map<String, List<String>> asked) {
    Query query = QueryFactory.create(asked.get("query").get(0));
    List<String> of = asked.getOrDefault("default-graph-uri", List.of());
    List<String> named = asked.getOrDefault("named-graph-uri", List.of());
    return Txn.calculateRead(held, () -> {
      Dataset seen = of.isEmpty() && named.isEmpty()
          ? held
          : DynamicDatasets.dynamicDataset(DatasetDescription.create(of, named), held, false);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (QueryExecution run = QueryExecutionFactory.create(query, seen)) {
        if (query.isAskType()) ResultSetFormatter.outputAsJSON(out, run.execAsk());
        else if (query.isSelectType()) ResultSetFormatter.outputAsJSON(out, run.execSelect());
        else {
          Model made = query.isConstructType() ? run.execConstruct() : run.execDescribe();
          RDFDataMgr.write(out, made, Lang.NTRIPLES);
          return new Answer(200, TRIPLES, out.toByteArray());
        }
      }
      return new Answer(200, JSON, out.toByteArray());
    });
  }

  static Answer updated(String text) {
    Txn.executeWrite(held, () -> UpdateAction.parseExecute(text, held));
    return Answer.of(204, "");
  }

  static Answer stored(HttpExchange asked, byte[] body) {
    String graph = fields(asked, new byte[0]).get("graph").get(0);
    if (asked.getRequestMethod().equals("GET"))
      return Txn.calculateRead(held, () -> {
        if (!held.containsNamedModel(graph)) return Answer.of(404, "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RDFDataMgr.write(out, held.getNamedModel(graph), Lang.NTRIPLES);
        return new Answer(200, TRIPLES, out.toByteArray());
      });
    return Txn.calculateWrite(held, () -> {
      boolean known = held.containsNamedModel(graph);
      if (!asked.getRequestMethod().equals("POST")) held.removeNamedModel(graph);
      if (asked.getRequestMethod().equals("DELETE")) return Answer.of(known ? 204 : 404, "");
      RDFDataMgr.read(held.getNamedModel(graph), new ByteArrayInputStream(body), Lang.NTRIPLES);
      return Answer.of(204, "");
    });
  }
}
